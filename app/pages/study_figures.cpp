// SPDX-License-Identifier: GPL-3.0-or-later
// What the study panel shows: which group, how far it is, whose figures, and what leaves the panel.
#include "app/models/counted_text.h"
#include "app/models/table_text.h"
#include "app/pages/state_look.h"
#include "app/pages/study_panel.h"
#include "app/pages/study_plot_view.h"
#include "app/services/remote_target.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "core/groups/configurations.h"
#include "widgets/feedback/labels.h"
#include "widgets/table/table_setup.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/tokens.h"

#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLabel>
#include <QMap>
#include <QProgressBar>
#include <QPushButton>
#include <QSaveFile>
#include <QStackedLayout>
#include <QTableView>

#include <algorithm>

namespace msrl::pages {

using services::StopStep;

namespace {

constexpr const char* kLastGroup = "last_group"; // among Settings::pages

bool isAtWork(const QString& folder)
{
    const store::RunFolder process(groups::GroupFolder(folder.toStdString()).process());
    if (!process.isRunFolder())
        return false;
    const auto info = process.readInfo();
    const QString path = models::toQt(process.root().string());
    return info && !store::isOver(services::stateOfRun(path, services::observeRun(path, *info)).kind);
}

QString studyStopText(StopStep step)
{
    return step == StopStep::StopWithCheckpoint ? QObject::tr("Stop")
        : step == StopStep::Terminate           ? QObject::tr("Stop at once")
                                                : QObject::tr("Kill");
}

QString studyStopTip(StopStep step)
{
    return step == StopStep::StopWithCheckpoint
        ? QObject::tr("Finish the step, write a checkpoint and end. The study can go on from there.")
        : step == StopStep::Terminate
        ? QObject::tr("End without waiting for the step. The study can go on from its last checkpoint.")
        : QObject::tr("End the engine by force. The study can go on from its last checkpoint.");
}

} // namespace

QStringList StudyPanel::knownGroups() const
{
    QStringList folders = services::groupsIn(m_context.runs.runsFolder());
    const base::Json& kept = m_context.settings.data().pages;
    const auto last = kept.find(kLastGroup);
    if (last == kept.end() || !last->is_string())
        return folders;
    const QString folder = models::toQt(last->get<std::string>());
    if (groups::GroupFolder(folder.toStdString()).isGroup()) {
        folders.removeAll(folder);
        folders.prepend(folder);
    }
    return folders;
}

bool StudyPanel::isAnyAtWork() const
{
    const QStringList folders = knownGroups();
    return std::any_of(folders.begin(), folders.end(), isAtWork);
}

bool StudyPanel::openSomeGroup()
{
    if (m_session)
        return true;
    const QStringList folders = knownGroups();
    if (folders.isEmpty())
        return false;
    const auto working = std::find_if(folders.begin(), folders.end(), isAtWork);
    return openGroup(working == folders.end() ? folders.front() : *working);
}

bool StudyPanel::openGroup(const QString& folder)
{
    if (const auto group = groups::GroupFolder(folder.toStdString()).read(); !group) {
        Q_EMIT failed(models::toQt(group.error().message()));
        listGroups();
        return false;
    }
    m_context.settings.edit(
        [&folder](services::SettingsData& changed) { changed.pages[kLastGroup] = folder.toStdString(); });
    if (m_session && m_session->path() == folder) {
        m_session->refresh();
        return true;
    }
    m_session = std::make_unique<services::GroupSession>(folder);
    m_wasWorking = false;
    m_policy->clear();
    using services::GroupSession;
    connect(m_session.get(), &GroupSession::figuresChanged, this, &StudyPanel::showFigures);
    connect(m_session.get(), &GroupSession::changed, this, &StudyPanel::showProgress);
    connect(m_session.get(), &GroupSession::problem, this, &StudyPanel::failed);
    connect(m_session.get(), &GroupSession::remoteSignalRequested, this, &StudyPanel::remoteSignalRequested);
    m_session->start();
    listGroups();
    m_stack->setCurrentIndex(1);
    Q_EMIT groupOpened();
    return true;
}

void StudyPanel::listGroups()
{
    QStringList folders = services::groupsIn(m_context.runs.runsFolder());
    const QString open = m_session ? m_session->path() : QString();
    if (!open.isEmpty() && !folders.contains(open))
        folders.prepend(open);
    m_groups->clear();
    for (const QString& folder : folders) {
        m_groups->addItem(QFileInfo(folder).fileName(), folder);
        m_groups->setItemData(m_groups->count() - 1, folder, Qt::ToolTipRole);
    }
    m_groups->setCurrentIndex(m_groups->findData(open));
}

// The policies that some member evaluated. At first the node that is varied, where it trains a policy: what
// a ratio does is seen right after its stage.
void StudyPanel::listPolicies()
{
    QStringList known { QString() };
    QMap<QString, QString> titles;
    for (const groups::MemberResult& member : m_session->members()) {
        for (const groups::EvaluatedPolicy& policy : member.policies) {
            const QString node = models::toQt(policy.node);
            if (!policy.isModel && !known.contains(node))
                known << node;
            titles[node] = models::toQt(policy.title.empty() ? policy.node : policy.title);
        }
    }
    if (m_policy->count() == known.size())
        return;
    QString chosen = m_policy->currentData().toString();
    if (m_policy->count() <= 1 && !m_session->group().configurations.empty()) {
        for (const curriculum::Override& one :
            groups::sweptValues(m_session->group(), m_session->group().configurations.front()))
            chosen = models::toQt(one.node);
    }
    m_policy->clear();
    for (const QString& node : known)
        m_policy->addItem(
            node.isEmpty() ? tr("at the end of each run") : tr("after %1").arg(titles.value(node)), node);
    m_policy->setCurrentIndex(std::max(0, m_policy->findData(chosen)));
}

void StudyPanel::showFigures()
{
    listPolicies();
    auto summary = groups::summarise(
        m_session->group(), m_session->members(), m_policy->currentData().toString().toStdString());
    if (!summary) {
        Q_EMIT failed(models::toQt(summary.error().message()));
        return;
    }
    m_summary = *std::move(summary);
    m_tableModel.setTable(
        groups::tableOf(*m_summary, static_cast<groups::TableColumns>(m_columns->currentData().toInt())));
    QStringList notes;
    for (const std::string& note : m_tableModel.table().notes)
        notes << models::toQt(note);
    m_notes->setText(notes.join(QStringLiteral(" · ")));
    QList<int> columns;
    for (int column = 0; column < m_tableModel.columnCount(); ++column)
        columns << column;
    widgets::fitColumns(*m_table, columns);
    m_plot->setStudy(m_session->group(), *m_summary);
}

void StudyPanel::showProgress()
{
    showState();
    showMembers();
    Q_EMIT membersChanged();
    const bool working = m_session->isWorking();
    if (m_wasWorking && !working) {
        const QString name = QFileInfo(m_session->path()).fileName();
        const int failures = m_session->numFailed();
        Q_EMIT eventReported(failures > 0 ? models::countedText(
                                 failures, tr("Study %1: one run failed"), tr("Study %2: %1 runs failed"))
                                                .arg(name)
                                          : tr("Study %1: %2 of %3 runs finished")
                                                .arg(name)
                                                .arg(m_session->numFinished())
                                                .arg(m_session->members().size()));
    }
    m_wasWorking = working;
}

void StudyPanel::showState()
{
    const int members = static_cast<int>(m_session->members().size());
    const int finished = m_session->numFinished();
    const int givenUp = m_session->numGivenUp();
    const bool working = m_session->isWorking();
    const auto& engine = m_session->engineState();
    m_state->setVisible(engine.has_value());
    if (engine) {
        const StateLook look = stateLook(engine->kind, widgets::tokensFor(palette()));
        m_state->setState(look.icon, models::runStateText(engine->kind), look.role);
    }
    QStringList parts { tr("%1 of %2 runs finished").arg(finished).arg(members) };
    if (const int failures = m_session->numFailed(); failures > 0)
        parts << tr("%1 failed").arg(failures);
    if (givenUp > 0)
        parts << tr("%1 given up").arg(givenUp);
    if (working && m_session->nextStopStep() != StopStep::StopWithCheckpoint)
        parts << tr("asked to end");
    if (const groups::MemberResult* running = m_session->running()) {
        parts << models::memberTitle(m_session->group(), running->member);
        if (m_session->runningStage())
            parts << models::stageProgressText(*m_session->runningStage());
    } else if (engine && !working && !engine->detail.empty() && finished < members) {
        parts << models::toQt(engine->detail);
    }
    const QString& host = m_session->remoteHost();
    if (!host.isEmpty())
        parts << tr("on %1").arg(host);
    if (engine && engine->kind == store::RunStateKind::LostContact)
        parts << models::toQt(engine->detail);
    m_progress->setFullText(parts.join(QStringLiteral(" · ")));
    m_bar->setRange(0, members);
    m_bar->setValue(finished + givenUp);
    m_bar->setVisible(working);
    const StopStep step = m_session->nextStopStep();
    m_act->setVisible(working || finished < members);
    m_act->setEnabled(engine || host.isEmpty()); // what is at work there is heard of with the first news
    m_act->setText(working                    ? studyStopText(step)
            : m_session->onlyGivenUpAreLeft() ? tr("Finish what was given up")
                                              : tr("Go on"));
    m_act->setIcon(widgets::icon(working ? QStringLiteral("stop") : QStringLiteral("play")));
    m_act->setToolTip(working ? studyStopTip(step) : tr("Start an engine that runs what has not finished."));
}

void StudyPanel::showMembers()
{
    m_membersModel.setMembers(m_session->group(), m_session->members(), m_session->runningStage());
    using Column = models::GroupMembersModel::Column;
    widgets::fitColumns(*m_members, { Column::Configuration, Column::Seed, Column::State, Column::Time });
}

void StudyPanel::act()
{
    if (m_session && m_session->isWorking())
        m_session->stop();
    else if (m_session)
        Q_EMIT continueRequested(m_session->path(), m_session->onlyGivenUpAreLeft());
}

void StudyPanel::openMember(int row)
{
    const groups::MemberResult* member = m_membersModel.member(row);
    if (!member)
        return;
    if (!member->exists) {
        Q_EMIT eventReported(tr("This run has not begun yet."));
        return;
    }
    const groups::GroupFolder folder(m_session->path().toStdString());
    Q_EMIT runRequested(models::toQt(folder.member(member->member).string()));
}

void StudyPanel::copy(TableForm form)
{
    if (!m_summary)
        return;
    const std::string text = form == TableForm::Markdown ? groups::markdownTable(m_tableModel.table())
        : form == TableForm::Latex                       ? groups::latexTable(m_tableModel.table())
                                                         : groups::csvTable(*m_summary);
    QGuiApplication::clipboard()->setText(models::toQt(text));
    Q_EMIT copied(form == TableForm::Markdown ? tr("Copied as Markdown")
            : form == TableForm::Latex        ? tr("Copied as LaTeX")
                                              : tr("Copied as CSV, every measure in full precision"));
}

void StudyPanel::savePlot(const QByteArray& svg)
{
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Save the plot"), QStringLiteral("study.svg"), tr("Pictures (*.svg)"));
    if (path.isEmpty())
        return;
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(svg) != svg.size() || !file.commit())
        Q_EMIT failed(tr("%1 cannot be written: %2").arg(path, file.errorString()));
}

} // namespace msrl::pages
