// SPDX-License-Identifier: GPL-3.0-or-later
// A line for a number: takes 4e-4 as well as 0.0004, Up and Down step it. Nothing is clamped: a value out of
// range is reported and the form says what is wrong with it.
#pragma once

#include "widgets/form/form_types.h"

#include <QLineEdit>

namespace msrl::widgets {

class NumberEdit : public QLineEdit
{
    Q_OBJECT

public:
    // Integer or Real.
    explicit NumberEdit(FormKind kind, QWidget* parent = nullptr);

    void setValue(const QVariant& value);
    void setRange(std::optional<double> minimum, std::optional<double> maximum);

Q_SIGNALS:
    void valueEdited(const QVariant& value);
    void textRefused(const QString& why); // not a number; the old value stands

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void commit();
    void step(int direction);
    std::optional<QVariant> parsed() const;

    FormKind m_kind;
    QVariant m_value;
    std::optional<double> m_minimum, m_maximum;
};

} // namespace msrl::widgets
