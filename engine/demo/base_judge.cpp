// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/base_judge.h"

#include "core/base/clock.h"
#include "core/base/files.h"
#include "engine/demo/base_model.h"

namespace msrl::demo {

namespace {

constexpr std::size_t kProbeExamples = 120;

// Holds the tokenizer's files while the weights are made; removed at the end whatever happens.
class Workplace
{
public:
    explicit Workplace(std::filesystem::path folder)
        : m_folder(std::move(folder))
    {
    }
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;
    ~Workplace()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_folder, ignored);
    }
    const std::filesystem::path& folder() const { return m_folder; }

private:
    std::filesystem::path m_folder;
};

} // namespace

base::Result<BaseJudgeReport> makeBaseJudge(const std::filesystem::path& out, const PretrainOptions& options,
    const PretrainObserver& onProgress, std::stop_token stop)
{
    if (std::filesystem::exists(out))
        return base::badInput("the folder exists", out.string(), "choose another one or remove it");
    const double start = base::monotonicSeconds();
    base::Result<text::PromptSet> prompts = text::PromptSet::bundled("demo");
    if (!prompts)
        return prompts.error();
    const HeldOut heldOut;
    const DocumentSource documents(heldOut, *prompts);
    base::Result<TokenizerFiles> files = buildTokenizer(documents);
    if (!files)
        return files.error();
    const Workplace workplace(std::filesystem::path(out.string() + ".making"));
    if (base::Status status = base::createFolders(workplace.folder()); !status)
        return status.error();
    if (base::Status status = writeBaseFiles(workplace.folder(), *files); !status)
        return status.error();
    base::Result<text::Tokenizer> tokenizer = text::Tokenizer::load(workplace.folder());
    if (!tokenizer)
        return tokenizer.error();
    base::Result<model::Policy> policy = createBase(workplace.folder(), options.seed);
    if (!policy)
        return policy.error();

    Pretraining work { *policy, *tokenizer, documents, options, onProgress, stop };
    if (base::Status status = pretrainVision(work); !status)
        return status.error();
    if (base::Status status = pretrainCopying(work, *files); !status)
        return status.error();
    if (base::Status status = pretrainDocuments(work); !status)
        return status.error();

    base::Result<BaseProbe> probe = probeBase(*policy, *tokenizer, heldOut, *prompts, kProbeExamples, stop);
    if (!probe)
        return probe.error();
    if (base::Status status = model::savePolicy(*policy, out); !status)
        return status.error();
    return BaseJudgeReport { *probe, policy->numParameters(), tokenizer->vocabularySize(),
        base::monotonicSeconds() - start };
}

} // namespace msrl::demo
