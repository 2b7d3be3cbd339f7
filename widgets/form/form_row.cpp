// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/form_row.h"

#include "widgets/feedback/labels.h"
#include "widgets/form/number_edit.h"
#include "widgets/form/path_edit.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include <algorithm>

namespace msrl::widgets {

namespace {

constexpr int kLabelWidth = 116;
constexpr int kResetSize = 24;

} // namespace

FormRow::FormRow(const FormField& field, const QString& baseFolder, QWidget* parent)
    : QWidget(parent)
    , m_field(field)
    , m_label(new QLabel(this))
    , m_note(makeLabel({}, QStringLiteral("secondary"), this))
    , m_reset(new QToolButton(this))
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(kGap);
    grid->setVerticalSpacing(2);
    m_label->setFixedWidth(kLabelWidth);
    m_label->setWordWrap(true);
    m_control = makeControl(baseFolder);
    QWidget* read = m_control->focusProxy() ? m_control->focusProxy() : m_control; // what takes the keyboard
    read->setAccessibleName(field.label);
    read->setAccessibleDescription(field.help);
    m_label->setBuddy(m_control);
    m_label->setToolTip(field.help);
    grid->addWidget(m_label, 0, 0, Qt::AlignVCenter);
    const bool isNumber = field.kind == FormKind::Integer || field.kind == FormKind::Real;
    grid->addWidget(m_control, 0, 1, 1, isNumber ? 1 : 2);
    if (isNumber) {
        m_unit = makeLabel(field.unit, QStringLiteral("secondary"), this);
        m_unit->setFixedWidth(unitWidth());
        grid->addWidget(m_unit, 0, 2);
    }
    m_reset->setFixedSize(kResetSize, kResetSize);
    m_reset->setIcon(icon(QStringLiteral("reset")));
    m_reset->setIconSize({ 14, 14 });
    m_reset->setFocusPolicy(
        Qt::NoFocus); // the menu and Ctrl+Z reach it by keyboard; Tab goes from value to value
    QSizePolicy keepRoom = m_reset->sizePolicy();
    keepRoom.setRetainSizeWhenHidden(true);
    m_reset->setSizePolicy(keepRoom);
    grid->addWidget(m_reset, 0, 3);
    m_note->setWordWrap(true);
    m_note->setFont(smallFont(font()));
    grid->addWidget(m_note, 1, 1, 1, 3);
    grid->setColumnStretch(1, 1);
    m_focus->installEventFilter(this);
    connect(m_reset, &QToolButton::clicked, this, [this] { Q_EMIT resetRequested(m_field.name); });
    setField(field);
}

void FormRow::setField(const FormField& field)
{
    m_field = field;
    m_refused.clear();
    showValue();
    const bool changed = field.isChanged();
    m_label->setText(field.label);
    m_label->setFont(changed ? strongFont(font()) : font());
    m_reset->setVisible(changed);
    const QString standard = field.choiceLabels.value(
        field.choices.indexOf(field.defaultValue.toString()), valueText(field.defaultValue));
    m_reset->setToolTip(
        standard.isEmpty() ? tr("Back to the default (empty)") : tr("Back to the default: %1").arg(standard));
    m_reset->setAccessibleName(tr("Reset %1").arg(field.label));
    setVisible(field.applies);
    showNote();
}

int FormRow::unitWidth() const
{
    if (!m_unit)
        return 0;
    m_unit->ensurePolished(); // the style sheet decides about the font
    return m_unit->fontMetrics().horizontalAdvance(m_unit->text()) + 2;
}

void FormRow::setUnitWidth(int width)
{
    if (m_unit)
        m_unit->setFixedWidth(std::max(width, unitWidth()));
}

bool FormRow::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_focus && (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut))
        showNote();
    return QWidget::eventFilter(watched, event);
}

QWidget* FormRow::makeControl(const QString& baseFolder)
{
    switch (m_field.kind) {
    case FormKind::Integer:
    case FormKind::Real: {
        auto* edit = new NumberEdit(m_field.kind, this);
        edit->setRange(m_field.minimum, m_field.maximum);
        connect(edit, &NumberEdit::valueEdited, this, &FormRow::report);
        connect(edit, &NumberEdit::textRefused, this, [this](const QString& why) {
            m_refused = why;
            showNote();
        });
        return m_focus = edit;
    }
    case FormKind::Boolean: {
        auto* box = new QCheckBox(this);
        connect(box, &QCheckBox::clicked, this, [this](bool on) { report(on); });
        return m_focus = box;
    }
    case FormKind::Choice: {
        auto* combo = new QComboBox(this);
        for (qsizetype i = 0; i < m_field.choices.size(); ++i)
            combo->addItem(m_field.choiceLabels.value(i, m_field.choices[i]), m_field.choices[i]);
        combo->setMinimumContentsLength(8);
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        connect(combo, &QComboBox::activated, this, [this, combo](int i) { report(combo->itemData(i)); });
        return m_focus = combo;
    }
    case FormKind::Path: {
        auto* edit = new PathEdit(m_field.isFolder, this);
        edit->setBaseFolder(baseFolder);
        edit->line()->setPlaceholderText(m_field.placeholder);
        connect(edit, &PathEdit::pathEdited, this, [this](const QString& path) { report(path); });
        m_focus = edit->line();
        return edit;
    }
    case FormKind::Text:
        break;
    }
    auto* edit = new QLineEdit(this);
    edit->setPlaceholderText(m_field.placeholder);
    connect(edit, &QLineEdit::editingFinished, this, [this, edit] {
        if (edit->isModified())
            report(edit->text());
        edit->setModified(false);
    });
    return m_focus = edit;
}

void FormRow::report(const QVariant& value)
{
    m_refused.clear();
    if (value != m_field.value)
        Q_EMIT edited(m_field.name, value);
}

void FormRow::showValue()
{
    if (auto* number = qobject_cast<NumberEdit*>(m_control)) {
        number->setValue(m_field.value);
    } else if (auto* box = qobject_cast<QCheckBox*>(m_control)) {
        box->setChecked(m_field.value.toBool());
    } else if (auto* combo = qobject_cast<QComboBox*>(m_control)) {
        combo->setCurrentIndex(combo->findData(m_field.value));
    } else if (auto* path = qobject_cast<PathEdit*>(m_control)) {
        path->setPath(m_field.value.toString());
    } else if (auto* line = qobject_cast<QLineEdit*>(m_control)) {
        if (!line->hasFocus() || !line->isModified())
            line->setText(m_field.value.toString());
    }
}

void FormRow::showNote()
{
    const QString fault = m_refused.isEmpty() ? m_field.fault : m_refused;
    const bool wrong = !fault.isEmpty();
    QString help = m_field.help;
    if (m_field.live)
        help += QLatin1Char(' ') + tr("May be changed while the stage runs.");
    m_note->setText(wrong ? fault : help);
    setVariant(m_note, "role", wrong ? QStringLiteral("bad") : QStringLiteral("secondary"));
    m_note->setVisible(wrong || (m_focus->hasFocus() && !help.isEmpty()));
    setVariant(m_focus, "fault", wrong ? QStringLiteral("true") : QStringLiteral("false"));
}

} // namespace msrl::widgets
