// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/reference_policy.h"

#include "core/base/files.h"
#include "engine/stages/inputs.h"

#include <fmt/format.h>

namespace msrl::stages {
namespace fs = std::filesystem;

ReferencePolicy::ReferencePolicy(StageContext& context, c10::ScalarType dtype, std::int64_t every)
    : m_context(&context)
    , m_dtype(dtype)
    , m_every(every)
{
}

std::int64_t ReferencePolicy::resetBefore(std::int64_t finished) const
{
    return m_every > 0 ? finished / m_every * m_every : 0;
}

fs::path ReferencePolicy::folderOf(std::int64_t reset) const
{
    return m_context->workFolder() / fmt::format("reference-{:08}", reset);
}

base::Result<const model::Policy*> ReferencePolicy::after(std::int64_t finished)
{
    const std::int64_t reset = resetBefore(finished);
    if (!m_policy || m_reset != reset) {
        const fs::path folder
            = reset > 0 ? folderOf(reset) : policyFolder(*m_context, *m_context->input("policy"));
        base::Result<model::Policy> loaded = model::loadPolicy(folder, m_dtype, m_context->settings.device);
        if (!loaded)
            return loaded.error();
        m_policy = std::make_unique<model::Policy>(*std::move(loaded));
        m_reset = reset;
    }
    return m_policy.get();
}

base::Status ReferencePolicy::stepEnded(std::int64_t finished, const model::Policy& policy)
{
    if (m_every == 0 || finished % m_every != 0)
        return {};
    base::Status saved;
    std::error_code ignored;
    // What a killed engine left of this step has the same bits.
    if (m_context->isLead() && !fs::exists(folderOf(finished), ignored)) {
        saved = base::createFolders(m_context->workFolder());
        if (saved)
            saved = model::savePolicy(policy, folderOf(finished), policy.dtype());
    }
    if (base::Status outcome = parallel::leadOutcome(m_context->ranks, saved); !outcome)
        return outcome;
    m_policy = std::make_unique<model::Policy>(model::clone(policy, m_dtype));
    m_reset = finished;
    m_context->log(store::EventLevel::Info, "reference",
        fmt::format("the KL reference is the policy after step {}", finished));
    return {};
}

void ReferencePolicy::removeBefore(std::int64_t finished) const
{
    if (m_every == 0 || !m_context->isLead())
        return;
    for (std::int64_t old = resetBefore(finished) - m_every; old > 0; old -= m_every) {
        std::error_code ignored;
        if (fs::remove_all(folderOf(old), ignored) == 0)
            return; // older ones went before
    }
}

} // namespace msrl::stages
