// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/benchmark_report.h"

#include "app/models/strings.h"

#include <QObject>

#include <algorithm>

namespace msrl::models {

namespace {

using base::Json;
using base::ObjectReader;

constexpr std::uint64_t kMaxBytes = std::uint64_t { 256 } << 20;

std::optional<double> realOrNull(ObjectReader& in, const char* key)
{
    const Json& value = in.any(key);
    return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

judge::Interval intervalOf(ObjectReader& in, const char* key)
{
    const Json& ends = in.array(key);
    if (ends.size() == 2 && ends[0].is_number() && ends[1].is_number())
        return { ends[0].get<double>(), ends[1].get<double>() };
    in.fault(key, "is no interval");
    return {};
}

base::Result<GroupShare> shareOf(const Json& json, const std::string& name, const std::string& place)
{
    ObjectReader in(json, place);
    GroupShare share;
    share.group = name;
    share.right = in.integer("right");
    share.pairs = in.integer("pairs", in.integer("n")); // where each pair has several votes, n counts these
    share.accuracy = realOrNull(in, "value");
    share.interval = intervalOf(in, "wilson95");
    if (base::Status fine = in.finish(ObjectReader::Unknown::Keep); !fine)
        return fine.error();
    return share;
}

base::Result<VotePoint> voteOf(const Json& json, const std::string& place)
{
    ObjectReader in(json, place);
    VotePoint point;
    point.k = in.integer("k");
    point.expected = in.real("expected_accuracy");
    const auto share = shareOf(in.object("accuracy"), {}, place + ", accuracy");
    if (base::Status fine = in.finish(ObjectReader::Unknown::Keep); !fine)
        return fine.error();
    if (!share)
        return share.error();
    point.accuracy = share->accuracy.value_or(0);
    point.interval = share->interval;
    return point;
}

base::Result<judge::ReliabilityBin> binOf(const Json& json, const std::string& place)
{
    ObjectReader in(json, place);
    judge::ReliabilityBin bin;
    bin.low = in.real("low");
    bin.high = in.real("high");
    bin.count = static_cast<std::size_t>(in.integer("n"));
    bin.meanConfidence = in.real("claimed");
    bin.accuracy = in.real("right");
    if (base::Status fine = in.finish(ObjectReader::Unknown::Keep); !fine)
        return fine.error();
    return bin;
}

// Each member of a list, read by `read`.
template <class Value, class Read>
base::Status readList(const Json& list, const std::string& place, std::vector<Value>& out, Read read)
{
    for (const Json& one : list) {
        auto value = read(one, place);
        if (!value)
            return value.error();
        out.push_back(*std::move(value));
    }
    return {};
}

base::Status readCalibration(const Json& json, const std::string& place, BenchmarkPart& part)
{
    if (!json.is_object())
        return {};
    ObjectReader in(json, place);
    part.calibrationError = realOrNull(in, "expected_calibration_error");
    if (base::Status read = readList(in.array("bins"), place + ", bins", part.bins, binOf); !read)
        return read;
    return in.finish(ObjectReader::Unknown::Keep);
}

base::Result<BenchmarkPart> partOf(const Json& json, const std::string& name, const std::string& place)
{
    ObjectReader in(json, place);
    BenchmarkPart part;
    part.name = name;
    part.hasOurs = true;
    part.macro = realOrNull(in, "macro");
    part.tiesLeftOut = in.integer("ties_left_out", 0);
    part.judgements = in.integer("judgements");
    part.unread = in.integer("parse_failures");
    part.tied = in.integer("tied_pairs", 0);
    part.firstShown = realOrNull(in, "first_shown_share");
    const auto all = shareOf(in.object("accuracy"), {}, place + ", accuracy");
    if (!all)
        return all.error();
    part.all = *all;
    for (const auto& [group, share] : in.object("by_group").items()) {
        auto read = shareOf(share, group, place + ", by_group " + group);
        if (!read)
            return read.error();
        part.groups.push_back(*std::move(read));
    }
    if (base::Status read = readList(in.array("voting"), place + ", voting", part.voting, voteOf); !read)
        return read.error();
    if (base::Status read = readCalibration(in.any("calibration"), place + ", calibration", part); !read)
        return read.error();
    if (const Json& orders = in.any("both_orders"); orders.is_object() && orders.contains("consistent")) {
        const auto share = shareOf(orders["consistent"], {}, place + ", both_orders");
        if (!share)
            return share.error();
        part.consistent = share->accuracy;
        if (orders.contains("right_in_both")) {
            const auto both = shareOf(orders["right_in_both"], {}, place + ", both_orders");
            if (!both)
                return both.error();
            part.rightInBoth = *both;
        }
    }
    if (base::Status fine = in.finish(ObjectReader::Unknown::Keep); !fine)
        return fine.error();
    return part;
}

// Nothing where no pair could be compared.
base::Result<std::optional<JudgesCompared>> comparedOf(const Json& json, const std::string& place)
{
    ObjectReader in(json, place);
    const auto first = shareOf(in.object("first"), {}, place + ", first");
    const auto second = shareOf(in.object("second"), {}, place + ", second");
    const std::optional<double> difference = realOrNull(in, "difference");
    if (first && second && !difference)
        return std::optional<JudgesCompared>();
    JudgesCompared out;
    out.difference = difference.value_or(0);
    out.interval = intervalOf(in, "difference_bootstrap95");
    const bool byPairs = in.has("sign_test_p"); // both orders of every pair
    out.firstBetter = in.integer(byPairs ? "first_better" : "only_first_right");
    out.secondBetter = in.integer(byPairs ? "second_better" : "only_second_right");
    out.pValue = in.real(byPairs ? "sign_test_p" : "mcnemar_p");
    if (base::Status fine = in.finish(ObjectReader::Unknown::Keep); !fine)
        return fine.error();
    if (!first)
        return first.error();
    if (!second)
        return second.error();
    out.first = first->accuracy.value_or(0);
    out.second = second->accuracy.value_or(0);
    return std::optional(out);
}

// A set of the benchmark, or the benchmark that has but one.
base::Result<BenchmarkPart> readPart(const Json& owner, const std::string& name, const std::string& place)
{
    BenchmarkPart part;
    part.name = name;
    if (const auto ours = owner.find("ours"); ours != owner.end()) {
        auto read = partOf(*ours, name, place + ", ours");
        if (!read)
            return read;
        part = *std::move(read);
    }
    part.official = officialFiguresOf(owner);
    if (const auto compared = owner.find("comparison"); compared != owner.end()) {
        const auto read = comparedOf(*compared, place + ", comparison");
        if (!read)
            return read.error();
        part.comparison = *read;
    }
    return part;
}

std::string benchmarkCell(const std::optional<double>& value)
{
    return value ? QString::number(*value, 'f', 3).toStdString() : "–";
}

void addShareRow(groups::Table& table, const QString& name, const GroupShare& share)
{
    table.rows.push_back({ name.toStdString(), countText(share.pairs).toStdString(),
        benchmarkCell(share.accuracy),
        share.accuracy ? benchmarkCell(share.interval.low) + "–" + benchmarkCell(share.interval.high) : "" });
}

void addOfficialRows(groups::Table& table, const QString& before, const std::vector<OfficialFigure>& figures)
{
    for (const OfficialFigure& figure : figures) {
        const QString name = before + figure.name;
        if (figure.inside.empty())
            table.rows.push_back({ name.toStdString(), "", figure.value.toStdString(), "" });
        addOfficialRows(table, name + QStringLiteral(" · "), figure.inside);
    }
}

bool isPart(const Json& value)
{
    return value.is_object() && (value.contains("ours") || value.contains("official_4way"));
}

} // namespace

groups::Table tableOf(const BenchmarkPart& part)
{
    groups::Table table;
    for (const QString& title :
        { QObject::tr("group"), QObject::tr("pairs"), QObject::tr("accuracy"), QObject::tr("95 % interval") })
        table.head.push_back(title.toStdString());
    if (part.hasOurs) {
        for (const GroupShare& group : part.groups)
            addShareRow(table, toQt(group.group).replace(QLatin1Char('_'), QLatin1Char(' ')), group);
        addShareRow(table, QObject::tr("all pairs"), part.all);
        table.rows.push_back(
            { QObject::tr("mean over groups").toStdString(), "", benchmarkCell(part.macro), "" });
        if (part.rightInBoth)
            addShareRow(table, QObject::tr("right in both orders"), *part.rightInBoth);
    }
    addOfficialRows(table, QObject::tr("official: "), part.official);
    return table;
}

base::Result<BenchmarkReport> benchmarkReportOf(const Json& json, const std::string& place)
{
    ObjectReader in(json, place);
    BenchmarkReport report;
    report.benchmark = in.text("benchmark");
    if (base::Status fine = in.finish(ObjectReader::Unknown::Keep); !fine)
        return fine.error();
    const bool hasSets = !json.contains("ours")
        && std::any_of(json.begin(), json.end(), [](const Json& v) { return isPart(v); });
    Json shared = json;
    for (const auto& [name, value] : json.items()) {
        if (!hasSets || !isPart(value))
            continue;
        auto part = readPart(value, name, place + ", " + name);
        if (!part)
            return part.error();
        report.parts.push_back(*std::move(part));
        shared.erase(name);
    }
    if (hasSets) {
        report.official = officialFiguresOf(shared);
        return report;
    }
    auto whole = readPart(json, {}, place);
    if (!whole)
        return whole.error();
    if (!whole->hasOurs && whole->official.empty())
        return base::badInput(
            "holds no figures", place, "save what msrl-engine evaluate --json prints from a judge's answers");
    report.parts.push_back(*std::move(whole));
    return report;
}

base::Result<BenchmarkReport> readBenchmarkReport(const std::filesystem::path& file)
{
    const base::Result<Json> json = base::readJsonFile(file, { .maxBytes = kMaxBytes });
    if (!json)
        return json.error();
    return benchmarkReportOf(*json, file.string());
}

} // namespace msrl::models
