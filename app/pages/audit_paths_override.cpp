// SPDX-License-Identifier: GPL-3.0-or-later
// The form over the paths: another path, a target of one's own, or a note.
#include "app/models/strings.h"
#include "app/pages/audit_paths_panel.h"
#include "app/pages/override_form.h"
#include "core/judge/format_problem.h"
#include "core/text/completion.h"

namespace msrl::pages {

namespace {

// Why the student cannot be taught this path; empty: it can.
QString problemOf(const store::CandidatePath& path)
{
    if (!path.formatOk) {
        const auto problem = judge::formatProblem(path.text);
        return problem ? models::toQt(*problem)
                       : AuditPathsPanel::tr("it is not in the format that was asked for");
    }
    if (path.text.find("<caption>") != std::string::npos)
        return AuditPathsPanel::tr("it writes a caption of its own");
    return {};
}

} // namespace

void AuditPathsPanel::pick(int index)
{
    m_selected = index;
    m_form->setPath(
        index, index < 0 ? QString() : problemOf(m_candidate.paths[static_cast<std::size_t>(index)]));
}

bool AuditPathsPanel::isOverriding() const
{
    return m_form->isOpen();
}

void AuditPathsPanel::beginNote()
{
    if (!m_candidate.paths.empty())
        m_form->open(OverrideForm::Use::Note, static_cast<int>(m_candidate.paths.size()));
}

void AuditPathsPanel::beginOverride(bool ownText)
{
    if (m_candidate.paths.empty())
        return;
    const int count = static_cast<int>(m_candidate.paths.size());
    if (!ownText) {
        if (m_sideBySide && m_selected < 0 && m_right != m_candidate.chosen)
            pick(m_right);
        m_form->open(OverrideForm::Use::Path, count);
        return;
    }
    m_form->open(OverrideForm::Use::OwnText, count, ownTextStart());
}

// Where an own target begins: what the picked path, or else the machine's choice, would teach. A blind
// auditor is not told that choice.
QString AuditPathsPanel::ownTextStart() const
{
    const int from = m_selected >= 0 ? m_selected : m_blind ? -1 : m_candidate.chosen;
    if (from < 0)
        return {};
    const std::string& path = m_candidate.paths[static_cast<std::size_t>(from)].text;
    const auto task = data::taskTypeFromName(m_candidate.taskType);
    const auto target = task ? text::studentTarget(*task, m_candidate.caption, path, m_candidate.sampleId)
                             : base::Result<std::string>(path);
    return models::toQt(target ? *target : path);
}

void AuditPathsPanel::cancelOverride()
{
    m_form->close();
}

} // namespace msrl::pages
