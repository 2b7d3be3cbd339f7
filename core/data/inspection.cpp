// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/inspection.h"

#include "core/base/hash.h"

#include <algorithm>
#include <bit>
#include <unordered_map>

namespace msrl::data {

namespace {

// An image inside the row is told by its hash: its bytes are not kept twice.
std::string keyOf(const Media& media)
{
    return media.bytes ? base::sha256(*media.bytes) : media.key();
}

// What makes two samples the same, in the order given. Unit separators keep neighbouring fields apart.
std::string contentOf(const Sample& sample)
{
    std::string content = taskTypeName(sample.task);
    const auto add = [&](const std::string& field) { content += '\x1f' + field; };
    add(sample.context);
    add(sample.query);
    for (const Media& media : sample.media)
        add(keyOf(media));
    add(sample.caption.value_or(""));
    add(sample.responseA);
    add(sample.responseB);
    add(sample.mediaA ? keyOf(*sample.mediaA) : "");
    add(sample.mediaB ? keyOf(*sample.mediaB) : "");
    add(sample.captionA.value_or(""));
    add(sample.captionB.value_or(""));
    add(sample.completion);
    return content;
}

std::int64_t textLength(const Sample& sample)
{
    const std::size_t captions = sample.caption.value_or("").size() + sample.captionA.value_or("").size()
        + sample.captionB.value_or("").size();
    return static_cast<std::int64_t>(sample.context.size() + sample.query.size() + sample.responseA.size()
        + sample.responseB.size() + captions);
}

class Repetitions
{
public:
    void add(const Sample& sample, std::vector<Repetition>& found)
    {
        if (note(contentOf(sample), sample, sample.gold, found))
            return;
        if (!sample.completion.empty())
            return; // a written judgement names A and B: the exchanged order is another sample
        Sample other = swapped(sample);
        if (const auto first = m_first.find(contentOf(other)); first != m_first.end())
            report(*first->second, sample, other.gold, found);
        else
            m_first.emplace(contentOf(sample), &sample);
    }

private:
    // Whether the same content was there before. Content with a written judgement is noted at once.
    bool note(const std::string& content, const Sample& sample, const std::optional<Side>& gold,
        std::vector<Repetition>& found)
    {
        const auto first = m_first.find(content);
        if (first == m_first.end()) {
            if (!sample.completion.empty())
                m_first.emplace(content, &sample);
            return false;
        }
        report(*first->second, sample, gold, found);
        return true;
    }
    static void report(const Sample& first, const Sample& sample, const std::optional<Side>& gold,
        std::vector<Repetition>& found)
    {
        found.push_back({ sample.where(), first.where(), first.gold && gold && first.gold != gold });
    }

    std::unordered_map<std::string, const Sample*> m_first;
};

} // namespace

std::int64_t Inspection::contradictions() const
{
    return std::count_if(
        repetitions.begin(), repetitions.end(), [](const Repetition& one) { return one.contradicts; });
}

base::Json Inspection::toJson() const
{
    base::Json json = base::Json::object();
    json["samples"] = samples;
    json["by_task"] = byTask;
    json["by_source"] = bySource;
    json["gold"] = { { "A", goldA }, { "B", goldB }, { "none", withoutGold } };
    json["text_bytes"] = { { "least", text.least }, { "mean", text.mean }, { "most", text.most } };
    json["text_histogram"] = base::Json::array();
    for (const auto& [from, count] : lengths)
        json["text_histogram"].push_back(
            { { "from", from }, { "below", from == 0 ? 1 : 2 * from }, { "samples", count } });
    json["duplicates"] = repetitions.size();
    json["contradictions"] = contradictions();
    json["repetitions"] = base::Json::array();
    for (const Repetition& one : repetitions)
        json["repetitions"].push_back(
            { { "sample", one.place }, { "first", one.firstPlace }, { "contradicts", one.contradicts } });
    json["missing_media"] = missingMedia;
    return json;
}

base::Result<Inspection> inspectionFromJson(const base::Json& json, const std::string& place)
{
    using Counts = std::map<std::string, std::int64_t>;
    try { // members that are missing or of another type
        Inspection read;
        json.at("samples").get_to(read.samples);
        read.byTask = json.at("by_task").get<Counts>();
        read.bySource = json.at("by_source").get<Counts>();
        json.at("gold").at("A").get_to(read.goldA);
        json.at("gold").at("B").get_to(read.goldB);
        json.at("gold").at("none").get_to(read.withoutGold);
        json.at("text_bytes").at("least").get_to(read.text.least);
        json.at("text_bytes").at("mean").get_to(read.text.mean);
        json.at("text_bytes").at("most").get_to(read.text.most);
        for (const base::Json& one : json.at("text_histogram"))
            read.lengths[one.at("from").get<std::int64_t>()] = one.at("samples").get<std::int64_t>();
        for (const base::Json& one : json.at("repetitions"))
            read.repetitions.push_back({ one.at("sample").get<std::string>(),
                one.at("first").get<std::string>(), one.at("contradicts").get<bool>() });
        read.missingMedia = json.at("missing_media").get<std::vector<std::string>>();
        return read;
    } catch (const base::Json::exception& error) {
        return base::badInput(error.what(), place);
    }
}

Inspection inspect(std::span<const Sample> samples)
{
    Inspection result;
    Repetitions repetitions;
    double sum = 0;
    for (const Sample& sample : samples) {
        ++result.byTask[taskTypeName(sample.task)];
        ++result.bySource[sample.source];
        ++(!sample.gold ? result.withoutGold : *sample.gold == Side::A ? result.goldA : result.goldB);
        const std::int64_t length = textLength(sample);
        result.text.least = result.samples == 0 ? length : std::min(result.text.least, length);
        result.text.most = std::max(result.text.most, length);
        sum += static_cast<double>(length);
        ++result.lengths[static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(length)))];
        ++result.samples;
        repetitions.add(sample, result.repetitions);
        if (const auto status = checkMedia(sample); !status)
            result.missingMedia.push_back(status.error().message());
    }
    result.text.mean = result.samples > 0 ? sum / static_cast<double>(result.samples) : 0;
    return result;
}

} // namespace msrl::data
