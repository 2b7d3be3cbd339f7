// SPDX-License-Identifier: GPL-3.0-or-later
// The set that the audited gate let through, as a file for other programs.
#include "app/models/strings.h"
#include "app/pages/audit_page.h"
#include "app/services/engine_locator.h"
#include "app/services/remote_target.h"
#include "app/services/settings.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/feedback/toast.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>

#include <algorithm>

namespace msrl::pages {

using widgets::MessageKind;

namespace {

struct ExportFormat
{
    QString filter; // of the file dialog
    QString suffix;
    bool pairs;
};

QList<ExportFormat> exportFormats()
{
    const QString lines = QStringLiteral("jsonl");
    const QString table = QStringLiteral("parquet");
    return { { AuditPage::tr("Rows for ms-swift (*.jsonl)"), lines, false },
        { AuditPage::tr("Parquet with the images inside (*.parquet)"), table, false },
        { AuditPage::tr("Preference pairs (*.jsonl)"), lines, true },
        { AuditPage::tr("Preference pairs, Parquet (*.parquet)"), table, true } };
}

} // namespace

// Why there is nothing to export yet; empty: there is.
QString AuditPage::exportProblem() const
{
    if (m_session && services::isReplica(m_session->path()))
        return tr(
            "The set lies on the machine of the run: export it there, with msrl-engine audit --export.");
    const store::StageRow* row = gate();
    const bool open
        = row && (row->state == store::StageState::Done || row->state == store::StageState::Reused);
    return open ? QString() : tr("The gate has not let a set through yet.");
}

void AuditPage::showExport()
{
    const QString problem = exportProblem();
    m_exportButton->setEnabled(problem.isEmpty() && !m_export.isRunning());
    m_exportButton->setToolTip(
        problem.isEmpty() ? tr("Write the set that the gate let through for other programs") : problem);
}

void AuditPage::askExport()
{
    if (const QString problem = exportProblem(); !problem.isEmpty()) {
        m_toast->showText(problem);
        return;
    }
    const QList<ExportFormat> formats = exportFormats();
    QStringList filters;
    for (const ExportFormat& format : formats)
        filters << format.filter;
    QString chosen = filters.front();
    const QDir beside(QFileInfo(m_session->path()).path());
    const QString typed = QFileDialog::getSaveFileName(this, tr("Export the accepted set"),
        beside.filePath(QFileInfo(m_session->path()).fileName() + QStringLiteral("-set")),
        filters.join(QStringLiteral(";;")), &chosen);
    if (typed.isEmpty())
        return;
    const ExportFormat& format = formats.at(std::max<qsizetype>(0, filters.indexOf(chosen)));
    const QString file = services::exportFileName(typed, format.suffix);
    // The dialog asked about the name as it was typed.
    if (file != typed && QFileInfo::exists(file)
        && QMessageBox::question(this, tr("Export the accepted set"),
               tr("%1 is there already. Replace it?").arg(QFileInfo(file).fileName()))
            != QMessageBox::Yes)
        return;
    exportTo(file, format.pairs);
}

void AuditPage::exportTo(const QString& file, bool pairs)
{
    if (m_export.isRunning() || !m_session)
        return;
    services::EngineLocator engine;
    engine.setProgram(m_context.settings.data().engineProgram);
    if (engine.program().isEmpty()) {
        m_message->showMessage(MessageKind::Error,
            tr("msrl-engine was not found. Looked at: %1").arg(engine.places().join(QStringLiteral(", "))));
        return;
    }
    m_export.start({ engine.program(), m_session->path(), models::toQt(m_stage), models::toQt(m_gateStage),
        file, pairs });
    showExport();
}

void AuditPage::connectExport()
{
    connect(m_exportButton, &QPushButton::clicked, this, &AuditPage::askExport);
    connect(&m_export, &services::SetExport::finished, this, [this](const QString&, const QString& words) {
        m_message->showMessage(MessageKind::Info, words);
        Q_EMIT eventReported(words);
        showExport();
    });
    connect(&m_export, &services::SetExport::failed, this, [this](const QString& sentence) {
        m_message->showMessage(MessageKind::Error, sentence);
        showExport();
    });
}

} // namespace msrl::pages
