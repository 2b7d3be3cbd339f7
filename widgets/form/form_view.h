// SPDX-License-Identifier: GPL-3.0-or-later
// A form made from field descriptions: sections, rows, help, faults. It keeps no state of its own: an edit is
// reported, and whoever owns the values answers with setFields().
#pragma once

#include "widgets/form/form_types.h"

#include <QVector>
#include <QWidget>

#include <vector>

class QVBoxLayout;

namespace msrl::widgets {

class FormRow;

class FormView : public QWidget
{
    Q_OBJECT

public:
    explicit FormView(QWidget* parent = nullptr);

    // Rows are kept (with focus and half-typed text) while names, kinds and choices stay the same.
    void setFields(const QVector<FormField>& fields);
    // Folder that path fields are relative to; takes effect with the next new set of fields.
    void setBaseFolder(const QString& folder) { m_base = folder; }
    // Puts the cursor into a field; false when there is none of that name.
    bool focusField(const QString& name);
    FormRow* row(const QString& name) const;

Q_SIGNALS:
    void fieldEdited(const QString& name, const QVariant& value);
    void resetRequested(const QString& name);

private:
    struct Section
    {
        QString title;
        QWidget* heading = nullptr;
        std::vector<FormRow*> rows;
    };

    bool hasSameShape(const QVector<FormField>& fields) const;
    void rebuild(const QVector<FormField>& fields);
    void showHeadings();

    QString m_base;
    QVBoxLayout* m_layout = nullptr;
    std::vector<Section> m_sections;
    std::vector<FormRow*> m_rows;
};

} // namespace msrl::widgets
