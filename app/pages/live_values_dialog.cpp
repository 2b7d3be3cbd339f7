// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/live_values_dialog.h"

#include "app/models/strings.h"
#include "app/pages/graph_values.h"
#include "core/curriculum/node_types.h"
#include "widgets/feedback/labels.h"
#include "widgets/form/form_view.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace msrl::pages {

namespace {

constexpr int kLiveWidth = 420;

} // namespace

bool LiveValuesDialog::isFor(const std::string& nodeType)
{
    const curriculum::NodeTypeSpec* spec = curriculum::findNodeType(nodeType);
    return spec && std::any_of(spec->fields.begin(), spec->fields.end(), [](const auto& field) {
        return field.live;
    });
}

LiveValuesDialog::LiveValuesDialog(const QString& stageTitle, curriculum::Node node, QWidget* parent)
    : QDialog(parent)
    , m_before(node)
    , m_node(std::move(node))
    , m_form(new widgets::FormView(this))
    , m_apply(new QPushButton(tr("Change"), this))
{
    setWindowTitle(tr("Change a running stage"));
    setMinimumWidth(kLiveWidth);
    auto* note = widgets::makeLabel(
        tr("From the next step on; the run keeps a record of it. The project is left as it is."),
        QStringLiteral("secondary"), this);
    note->setWordWrap(true);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    widgets::setVariant(m_apply, "kind", QStringLiteral("primary"));
    m_apply->setObjectName(QStringLiteral("liveApply"));
    m_apply->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_apply);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, widgets::kWideGap);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(widgets::makeLabel(stageTitle, QStringLiteral("title"), this));
    layout->addWidget(note);
    layout->addWidget(m_form);
    layout->addLayout(buttons);
    connect(m_form, &widgets::FormView::fieldEdited, this, &LiveValuesDialog::edit);
    connect(m_form, &widgets::FormView::resetRequested, this, [this](const QString& name) {
        m_node.params[name.toStdString()] = curriculum::fieldValue(m_before, name.toStdString());
        showFields();
    });
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_apply, &QPushButton::clicked, this, &LiveValuesDialog::choose);
    showFields();
}

void LiveValuesDialog::edit(const QString& name, const QVariant& value)
{
    m_node.params[name.toStdString()] = toJson(value);
    showFields();
}

// A value counts as changed against the run's own, not against the field's default.
void LiveValuesDialog::showFields()
{
    QVector<widgets::FormField> live;
    bool good = true;
    bool changed = false;
    const curriculum::NodeTypeSpec& spec = *curriculum::findNodeType(m_node.type);
    const QVector<widgets::FormField> before = formFields(m_before, {});
    for (widgets::FormField field : formFields(m_node, {})) {
        if (!field.live || !field.applies)
            continue;
        const auto old = std::find_if(before.begin(), before.end(),
            [&](const widgets::FormField& one) { return one.name == field.name; });
        field.defaultValue = old->value;
        const std::string name = field.name.toStdString();
        if (const auto fault
            = curriculum::checkFieldValue(*spec.field(name), curriculum::fieldValue(m_node, name)))
            field.fault = models::toQt(*fault);
        good = good && field.fault.isEmpty();
        changed = changed || field.isChanged();
        live << field;
    }
    m_form->setFields(live);
    m_apply->setEnabled(good && changed);
    // A fault or help below a field takes room of its own.
    m_form->setMinimumHeight(m_form->sizeHint().height());
}

void LiveValuesDialog::choose()
{
    for (const widgets::FormField& field : formFields(m_node, {})) {
        const std::string name = field.name.toStdString();
        const base::Json value = curriculum::fieldValue(m_node, name);
        if (field.live && value != curriculum::fieldValue(m_before, name))
            Q_EMIT valueChosen(models::toQt(m_node.id + "." + name), value);
    }
    accept();
}

} // namespace msrl::pages
