// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/form_view.h"

#include "widgets/feedback/labels.h"
#include "widgets/form/form_row.h"
#include "widgets/theme/tokens.h"

#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::widgets {

FormView::FormView(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(6);
}

void FormView::setFields(const QVector<FormField>& fields)
{
    if (!hasSameShape(fields)) {
        rebuild(fields);
    } else {
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            const FormField& field = fields[static_cast<qsizetype>(i)];
            if (!(m_rows[i]->field() == field))
                m_rows[i]->setField(field);
        }
    }
    showHeadings();
}

bool FormView::focusField(const QString& name)
{
    FormRow* found = row(name);
    if (!found || found->isHidden())
        return false;
    for (QWidget* up = parentWidget(); up; up = up->parentWidget())
        if (auto* area = qobject_cast<QScrollArea*>(up)) {
            area->ensureWidgetVisible(found);
            break;
        }
    found->control()->setFocus(Qt::OtherFocusReason);
    return true;
}

FormRow* FormView::row(const QString& name) const
{
    const auto found = std::find_if(
        m_rows.begin(), m_rows.end(), [&](const FormRow* r) { return r->field().name == name; });
    return found == m_rows.end() ? nullptr : *found;
}

bool FormView::hasSameShape(const QVector<FormField>& fields) const
{
    const auto same = [](const FormRow* known, const FormField& field) {
        const FormField& old = known->field();
        return old.name == field.name && old.kind == field.kind && old.choices == field.choices
            && old.section == field.section && old.unit == field.unit;
    };
    return std::equal(m_rows.begin(), m_rows.end(), fields.begin(), fields.end(), same);
}

void FormView::rebuild(const QVector<FormField>& fields)
{
    for (const Section& section : m_sections)
        section.heading->deleteLater();
    for (FormRow* old : m_rows) {
        old->hide();
        old->deleteLater();
    }
    m_sections.clear();
    m_rows.clear();
    while (QLayoutItem* item = m_layout->takeAt(0))
        delete item;
    for (const FormField& field : fields) {
        if (m_sections.empty() || m_sections.back().title != field.section) {
            Section section;
            section.title = field.section;
            section.heading = makeLabel(field.section, QStringLiteral("heading"), this);
            section.heading->setContentsMargins(0, m_sections.empty() ? 0 : kGap, 0, 2);
            m_layout->addWidget(section.heading);
            m_sections.push_back(section);
        }
        auto* made = new FormRow(field, m_base, this);
        m_layout->addWidget(made);
        m_rows.push_back(made);
        m_sections.back().rows.push_back(made);
        connect(made, &FormRow::edited, this, &FormView::fieldEdited);
        connect(made, &FormRow::resetRequested, this, &FormView::resetRequested);
    }
    m_layout->addStretch(1);
    int widest = 0;
    for (const FormRow* made : m_rows)
        widest = std::max(widest, made->unitWidth());
    for (FormRow* made : m_rows)
        made->setUnitWidth(widest);
}

void FormView::showHeadings()
{
    for (const Section& section : m_sections)
        section.heading->setVisible(!section.title.isEmpty()
            && std::any_of(section.rows.begin(), section.rows.end(),
                [](const FormRow* r) { return r->field().applies; }));
}

} // namespace msrl::widgets
