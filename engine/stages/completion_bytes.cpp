// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/completion_bytes.h"

#include <cstring>

namespace msrl::stages {

namespace {

struct Header
{
    std::uint64_t ids, logprobs, entropies, topLogprobs, watchedLogprobs;
    double meanEntropy;
    std::uint64_t stopped;
};

template <class T> void append(std::string& bytes, const std::vector<T>& values)
{
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

class Reader
{
public:
    explicit Reader(const std::string& bytes)
        : m_bytes(bytes)
    {
    }

    bool atEnd() const { return m_at == m_bytes.size(); }

    bool read(void* target, std::size_t length)
    {
        if (m_bytes.size() - m_at < length)
            return false;
        if (length > 0)
            std::memcpy(target, m_bytes.data() + m_at, length);
        m_at += length;
        return true;
    }

    template <class T> bool read(std::vector<T>& values, std::uint64_t count)
    {
        if ((m_bytes.size() - m_at) / sizeof(T) < count)
            return false;
        values.resize(count);
        return read(values.data(), count * sizeof(T));
    }

private:
    const std::string& m_bytes;
    std::size_t m_at = 0;
};

bool readCompletion(Reader& in, rollout::Completion& out)
{
    Header header {};
    if (!in.read(&header, sizeof header))
        return false;
    out.meanEntropy = header.meanEntropy;
    out.finish = header.stopped != 0 ? rollout::Finish::Stop : rollout::Finish::Length;
    return in.read(out.ids, header.ids) && in.read(out.logprobs, header.logprobs)
        && in.read(out.entropies, header.entropies) && in.read(out.topLogprobs, header.topLogprobs)
        && in.read(out.watchedLogprobs, header.watchedLogprobs);
}

} // namespace

std::string packCompletions(const std::vector<rollout::Completion>& completions)
{
    std::string bytes;
    for (const rollout::Completion& one : completions) {
        const Header header { one.ids.size(), one.logprobs.size(), one.entropies.size(),
            one.topLogprobs.size(), one.watchedLogprobs.size(), one.meanEntropy,
            one.finish == rollout::Finish::Stop ? 1U : 0U };
        bytes.append(reinterpret_cast<const char*>(&header), sizeof header);
        append(bytes, one.ids);
        append(bytes, one.logprobs);
        append(bytes, one.entropies);
        append(bytes, one.topLogprobs);
        append(bytes, one.watchedLogprobs);
    }
    return bytes;
}

base::Result<std::vector<rollout::Completion>> unpackCompletions(const std::string& bytes)
{
    std::vector<rollout::Completion> completions;
    Reader in(bytes);
    while (!in.atEnd())
        if (!readCompletion(in, completions.emplace_back()))
            return base::failed("completions from another rank are cut off");
    return completions;
}

} // namespace msrl::stages
