// SPDX-License-Identifier: GPL-3.0-or-later
// One row of a form: label, control, unit, mark and button for a changed value, help while focused, fault
// below.
#pragma once

#include "widgets/form/form_types.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace msrl::widgets {

class FormRow : public QWidget
{
    Q_OBJECT

public:
    FormRow(const FormField& field, const QString& baseFolder, QWidget* parent = nullptr);

    const FormField& field() const { return m_field; }
    // REQUIRES: the same name, kind and choices.
    void setField(const FormField& field);
    QWidget* control() { return m_control; }
    // The room for the unit, so that the controls of a form stand in one column; at least what its words
    // take.
    int unitWidth() const;
    void setUnitWidth(int width);

Q_SIGNALS:
    void edited(const QString& name, const QVariant& value);
    void resetRequested(const QString& name);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeControl(const QString& baseFolder);
    void report(const QVariant& value);
    void showValue();
    void showNote();

    FormField m_field;
    QString m_refused; // what the control itself did not take
    QWidget* m_control = nullptr;
    QWidget* m_focus = nullptr;
    QLabel* m_label = nullptr;
    QLabel* m_unit = nullptr; // of numbers only
    QLabel* m_note = nullptr;
    QToolButton* m_reset = nullptr;
};

} // namespace msrl::widgets
