// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/launch_form.h"

#include "widgets/form/form_view.h"
#include "widgets/theme/tokens.h"

#include <QHBoxLayout>

namespace msrl::pages {

using models::LaunchKind;

namespace {

QString allStages()
{
    return LaunchForm::tr("All stages");
}

} // namespace

LaunchForm::LaunchForm(const models::LaunchOptions& options, models::LaunchPlace place,
    const curriculum::Project& project, QWidget* parent)
    : QWidget(parent)
    , m_options(models::fitted(options, place.kind))
    , m_place(std::move(place))
    , m_project(project)
    , m_machine(new widgets::FormView(this))
    , m_folders(new widgets::FormView(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(widgets::kWideGap);
    for (widgets::FormView* view : { m_folders, m_machine }) {
        layout->addWidget(view, 1);
        connect(view, &widgets::FormView::fieldEdited, this, &LaunchForm::edit);
        connect(view, &widgets::FormView::resetRequested, this, &LaunchForm::reset);
    }
    showFields();
}

void LaunchForm::setOptions(const models::LaunchOptions& options)
{
    m_options = models::fitted(options, m_place.kind);
    showFields();
    Q_EMIT changed();
}

void LaunchForm::edit(const QString& name, const QVariant& value)
{
    QString* member = models::memberOf(m_options, name);
    if (!member)
        return;
    *member = value.toString().trimmed();
    if (name == QLatin1String("until")) { // the form shows titles
        const QString title = *member;
        member->clear();
        for (const auto& [id, shown] : models::lastNodes(m_project))
            if (shown == title)
                *member = id;
    }
    showFields();
    Q_EMIT changed();
}

void LaunchForm::reset(const QString& name)
{
    models::LaunchOptions standard;
    if (const QString* member = models::memberOf(standard, name))
        *models::memberOf(m_options, name) = *member;
    showFields();
    Q_EMIT changed();
}

widgets::FormField LaunchForm::field(const char* name, const QString& label, const QString& value) const
{
    widgets::FormField made;
    made.name = QLatin1String(name);
    made.label = label;
    made.value = value;
    models::LaunchOptions standard;
    made.defaultValue = *models::memberOf(standard, made.name);
    made.applies = models::takesOption(m_place.kind, made.name);
    made.fault = m_faults.value(made.name);
    return made;
}

QVector<widgets::FormField> LaunchForm::machineFields() const
{
    widgets::FormField device = field("device", tr("Device"), m_options.device);
    device.help = tr("cpu, cuda, or cuda:N for one of several.");
    widgets::FormField threads = field("threads", tr("Threads"), m_options.threads);
    threads.help = models::isStudy(m_place.kind)
        ? tr("0 leaves it to the engine. Each run of a study takes one rank.")
        : tr("Of each rank; 0 leaves it to the engine.");
    if (m_place.processors > 0)
        threads.help += QLatin1Char(' ') + tr("This machine has %1 processors.").arg(m_place.processors);
    widgets::FormField ranks = field("ranks", tr("Ranks"), m_options.ranks);
    ranks.help = tr("Processes that share the work; on CUDA one for each device.");
    const bool several = ranks.applies && m_options.ranks != QLatin1String("1");
    widgets::FormField launcher = field("launcher", tr("Launcher"), m_options.launcher);
    launcher.kind = widgets::FormKind::Choice;
    launcher.choices = { QStringLiteral("mpirun"), QStringLiteral("srun") };
    launcher.help = tr("What starts the ranks; srun within an allocation of Slurm.");
    launcher.applies = several;
    widgets::FormField hosts = field("hosts", tr("Hosts"), m_options.hosts);
    hosts.placeholder = m_place.kind == LaunchKind::RemoteRun ? tr("the target alone") : tr("this machine");
    hosts.help = tr("Machines for the ranks, with commas between; all see the same folders.");
    hosts.applies = several;
    return { device, threads, ranks, launcher, hosts };
}

QVector<widgets::FormField> LaunchForm::folderFields() const
{
    widgets::FormField until = field("until", tr("Run to"), allStages());
    until.kind = widgets::FormKind::Choice;
    until.defaultValue = allStages();
    until.choices << allStages();
    until.help = tr("Only this stage and what it needs; of that, what is still good is reused.");
    for (const auto& [id, shown] : models::lastNodes(m_project)) {
        until.choices << shown;
        if (id == m_options.until)
            until.value = shown;
    }
    const bool study = models::isStudy(m_place.kind);
    widgets::FormField folder = field("runsFolder", tr("Folder of runs"), m_options.runsFolder);
    folder.kind = widgets::FormKind::Path;
    folder.isFolder = true;
    folder.placeholder = m_place.runsFolder;
    folder.help = (study ? tr("The study gets a folder of its own in it. Without one: %1")
                         : tr("The run gets a folder of its own in it. Without one: %1"))
                      .arg(m_place.runsFolder);
    widgets::FormField name
        = field("runName", study ? tr("Name of the study") : tr("Name of the run"), m_options.runName);
    name.placeholder = tr("by the project, counted on");
    const bool isHere = m_place.kind == LaunchKind::Run || m_place.kind == LaunchKind::Study;
    name.help = study ? (isHere ? tr("Of the study's folder.") : tr("Of the study's folder, there and here."))
                      : (isHere ? tr("Of the run's folder.") : tr("Of the run's folder, there and here."));
    return { until, folder, name };
}

void LaunchForm::showFields()
{
    m_faults = models::launchFaults(m_options, m_place, m_project);
    m_machine->setFields(machineFields());
    m_folders->setFields(folderFields());
}

} // namespace msrl::pages
