// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/number_edit.h"

#include <QKeyEvent>

#include <algorithm>
#include <cmath>

namespace msrl::widgets {

namespace {

// One unit of the leading digit, so that a learning rate steps as sensibly as a ratio; downwards from a power
// of ten (1e-4) the unit is the smaller one (to 9e-5, not to 0).
double stepOf(double value, int direction)
{
    if (value == 0)
        return 0.1;
    const double exponent = std::log10(std::abs(value));
    const bool isPower = std::abs(exponent - std::round(exponent)) < 1e-9;
    const bool inwards = (value > 0) == (direction < 0);
    return std::pow(10.0, isPower ? std::round(exponent) - (inwards ? 1 : 0) : std::floor(exponent));
}

} // namespace

NumberEdit::NumberEdit(FormKind kind, QWidget* parent)
    : QLineEdit(parent)
    , m_kind(kind)
{
    setAlignment(Qt::AlignRight);
    connect(this, &QLineEdit::editingFinished, this, &NumberEdit::commit);
}

void NumberEdit::setValue(const QVariant& value)
{
    m_value = value;
    // A half-typed number is not taken from under the fingers.
    if (!hasFocus() || !isModified())
        setText(valueText(value));
}

void NumberEdit::setRange(std::optional<double> minimum, std::optional<double> maximum)
{
    m_minimum = minimum;
    m_maximum = maximum;
}

void NumberEdit::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down) {
        step(event->key() == Qt::Key_Up ? 1 : -1);
        return;
    }
    if (event->key() == Qt::Key_Escape && isModified()) {
        setModified(false);
        setText(valueText(m_value));
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void NumberEdit::commit()
{
    if (!isModified())
        return;
    setModified(false);
    const std::optional<QVariant> value = parsed();
    if (!value) {
        const QString text = this->text();
        setText(valueText(m_value));
        Q_EMIT textRefused(m_kind == FormKind::Integer ? tr("“%1” is not a whole number").arg(text)
                                                       : tr("“%1” is not a number").arg(text));
        return;
    }
    setText(valueText(*value));
    if (*value == m_value)
        return;
    m_value = *value;
    Q_EMIT valueEdited(*value);
}

void NumberEdit::step(int direction)
{
    const double now = parsed().value_or(m_value).toDouble();
    double next = now + direction;
    if (m_kind == FormKind::Real) {
        const double unit = stepOf(now, direction);
        next = std::round((now + direction * unit) / unit) * unit;
    }
    next = std::clamp(next, m_minimum.value_or(next), m_maximum.value_or(next));
    const QVariant value = m_kind == FormKind::Integer ? QVariant(static_cast<qlonglong>(next))
                                                       : QVariant(QString::number(next, 'g', 12).toDouble());
    setText(valueText(value));
    setModified(false);
    if (value == m_value)
        return;
    m_value = value;
    Q_EMIT valueEdited(value);
}

std::optional<QVariant> NumberEdit::parsed() const
{
    bool ok = false;
    const QString trimmed = text().trimmed();
    if (m_kind == FormKind::Integer) {
        const qlonglong whole = trimmed.toLongLong(&ok);
        return ok ? std::optional<QVariant>(whole) : std::nullopt;
    }
    const double real = QString(trimmed).replace(QLatin1Char(','), QLatin1Char('.')).toDouble(&ok);
    return ok && std::isfinite(real) ? std::optional<QVariant>(real) : std::nullopt;
}

} // namespace msrl::widgets
