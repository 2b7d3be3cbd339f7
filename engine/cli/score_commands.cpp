// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine score, best-of-n, rejection-sample and export-pairs: one job, four ways to write its rows.
#include "core/base/clock.h"
#include "core/base/hash.h"
#include "core/base/resumable_lines.h"
#include "engine/cli/checks.h"
#include "engine/cli/command.h"
#include "engine/cli/data_options.h"
#include "engine/cli/interrupt.h"
#include "engine/cli/judge_options.h"
#include "engine/cli/progress_line.h"
#include "engine/judging/contest_rows.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

using base::Json;
using judging::JudgedContest;

struct ScoreOptions
{
    JudgeOptions judge;
    DataFileOptions data;
    fs::path out;
    std::size_t batch = 32;
    judging::ExportRules rules;
    std::string form = "messages";
    bool json = false;
};

// The rows that a contest becomes; possibly none.
using RowWriter = std::vector<Json> (*)(const JudgedContest& judged, const judging::ExportRules& rules);

struct Kind
{
    const char* name;
    const char* title;
    RowWriter rows;
};

std::vector<Json> scoreRows(const JudgedContest& judged, const judging::ExportRules&)
{
    return { judging::scoreRow(judged) };
}

std::vector<Json> bestRows(const JudgedContest& judged, const judging::ExportRules&)
{
    return { judging::bestRow(judged) };
}

std::vector<Json> preferenceRows(const JudgedContest& judged, const judging::ExportRules& rules)
{
    const auto row = judging::preferenceRow(judged, rules);
    return row ? std::vector { *row } : std::vector<Json>();
}

const Kind kScore { "score",
    "Judge pairs, or n candidates, and write winner, probability, margin and reasoning.", scoreRows };
const Kind kBest { "best-of-n", "Judge every pair of a row's candidates and write the best one.", bestRows };
const Kind kReject { "rejection-sample",
    "Keep the candidates that score well enough, as conversations to train on.", judging::keptRows };
const Kind kPreferences { "export-pairs",
    "Write the best and the worst candidate of every row as a preference pair for DPO.", preferenceRows };

// Counts over the rows judged by this call.
struct Tally
{
    std::size_t rows = 0;
    std::size_t written = 0;
    std::size_t judgements = 0;
    std::size_t unparsed = 0;
    std::int64_t tokens = 0;
    double seconds = 0;

    void add(const JudgedContest& contest)
    {
        ++rows;
        for (const judging::JudgedPair& pair : contest.pairs) {
            judgements += pair.judgements.size();
            unparsed += static_cast<std::size_t>(pair.pair.decision.unparsed);
            for (const judging::Judgement& one : pair.judgements)
                tokens += one.tokens;
        }
    }
};

base::Result<Json> requestOf(const Kind& kind, const ScoreOptions& options, const judging::PairJudge& judge)
{
    auto request = describeJudge(options.judge, judge);
    if (!request)
        return request;
    const auto digest = base::sha256OfFile(options.data.file);
    if (!digest)
        return digest.error();
    Json json = { { "command", kind.name }, { "data", *digest } };
    json.update(*request);
    // Randomness does not depend on the batch, the last digits of a probability may.
    json["batch"] = options.batch;
    json["least"] = options.rules.least;
    json["keep"] = options.rules.keep;
    json["form"] = options.form;
    // Rows that are read otherwise are other rows.
    if (!options.data.map.empty())
        json["map"] = options.data.map;
    return json;
}

void report(const ScoreOptions& options, const Tally& tally, std::uint64_t before, std::size_t all)
{
    const double rate = static_cast<double>(tally.tokens) / std::max(tally.seconds, 1e-9);
    if (options.json) {
        const Json json = { { "rows", all }, { "rows_before", before }, { "rows_judged", tally.rows },
            { "lines_written", tally.written }, { "judgements", tally.judgements },
            { "unparsed", tally.unparsed }, { "tokens", tally.tokens }, { "tokens_per_second", rate } };
        return print(json.dump() + "\n");
    }
    print(
        fmt::format("{}: {} rows, {} of them done before; {} lines written now, {} judgements, {} unparsed, "
                    "{:.0f} tokens/s\n",
            options.out.string(), all, before, tally.written, tally.judgements, tally.unparsed, rate));
}

base::Status judgeAll(const Kind& kind, const ScoreOptions& options, const judging::PairJudge& judge,
    std::span<const data::Contest> contests, const std::stop_token& stop)
{
    const auto request = requestOf(kind, options, judge);
    if (!request)
        return request.error();
    auto lines = base::ResumableLines::open(options.out, *request);
    if (!lines)
        return lines.error();
    const std::uint64_t before = lines->rowsDone();
    if (before > contests.size())
        return base::badInput(
            fmt::format("its state counts {} rows, the data has {}", before, contests.size()),
            options.out.string());
    Tally tally;
    for (std::size_t at = before; at < contests.size(); at += options.batch) {
        const double start = base::monotonicSeconds();
        const auto batch = contests.subspan(at, std::min(options.batch, contests.size() - at));
        const auto judged = judging::judgeContests(judge, batch, at, options.judge.voting, stop);
        if (!judged)
            return judged.error();
        std::string text;
        for (const JudgedContest& contest : *judged) {
            tally.add(contest);
            for (const Json& row : kind.rows(contest, options.rules)) {
                text += row.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
                ++tally.written;
            }
        }
        if (base::Status kept = lines->append(text, batch.size()); !kept)
            return kept;
        tally.seconds += base::monotonicSeconds() - start;
        if (stop.stop_requested())
            return base::stopped(
                fmt::format("stopped on request after {} of {} rows; the same command goes on",
                    at + batch.size(), contests.size()));
    }
    report(options, tally, before, contests.size());
    return {};
}

base::Status checkBeforeJudging(
    const judging::PairJudge& judge, const std::vector<data::Contest>& contests, const std::stop_token& stop)
{
    ProgressLine line("media checked");
    return judging::checkContests(
        judge, contests, [&line](std::size_t done, std::size_t total) { line.update(done, total); }, stop);
}

base::Status run(const Kind& kind, const ScoreOptions& options)
{
    const Interrupt interrupt;
    const auto load = loadOptions(options.data);
    if (!load)
        return load.error();
    const auto contests = data::loadContests(options.data.file, *load);
    if (!contests)
        return contests.error();
    const auto judge = openJudge(options.judge);
    if (!judge)
        return judge.error();
    if (base::Status fits = checkBeforeJudging(*judge, *contests, interrupt.token()); !fits)
        return fits;
    return judgeAll(kind, options, *judge, *contests, interrupt.token());
}

std::shared_ptr<ScoreOptions> addKind(CLI::App& app, Action& action, const Kind& kind, CLI::App*& command)
{
    const auto options = std::make_shared<ScoreOptions>();
    command = app.add_subcommand(kind.name, kind.title);
    command->footer(
        "Lines are written batch by batch. Killed or stopped, the same command goes on where it was: no "
        "row is lost or judged twice.");
    command->add_option("--data", options->data.file, "Rows to judge: pairs, or rows with \"responses\".")
        ->required();
    command->add_option("--out", options->out, "JSON lines; OUT.state lies beside it.")->required();
    addDataFormatOptions(*command, options->data);
    addJudgeOptions(*command, options->judge, ModelOption::Required);
    command->add_option("--voting", options->judge.voting.votes, "Judgements of a pair, in each order.")
        ->check(wholeBetween(1, 1 << 12))
        ->capture_default_str();
    command->add_flag("--both-orders", options->judge.voting.bothOrders, "Judge every pair in both orders.");
    command->add_option("--batch", options->batch, "Rows judged together and then written.")
        ->check(wholeBetween(1, 1 << 16))
        ->capture_default_str();
    command->add_flag("--json", options->json, "Say what was done as JSON.");
    command->callback([&action, options, &kind] {
        options->rules.conversations = options->form == "messages";
        action = [&kind, options] { return run(kind, *options); };
    });
    return options;
}

} // namespace

void addScoreCommands(CLI::App& app, Action& action)
{
    CLI::App* command = nullptr;
    addKind(app, action, kScore, command);
    addKind(app, action, kBest, command);
    const auto rejection = addKind(app, action, kReject, command);
    rejection->rules.least = 0.5;
    command
        ->add_option("--min-score", rejection->rules.least,
            "Least mean probability of winning against the row's other candidates.")
        ->check(numberBetween(0, 1))
        ->capture_default_str();
    command->add_option("--keep", rejection->rules.keep, "At most this many of a row, the best first.")
        ->check(wholeBetween(1, data::kMostCandidates))
        ->capture_default_str();
    const auto preferences = addKind(app, action, kPreferences, command);
    command
        ->add_option("--min-margin", preferences->rules.least,
            "Least difference of the two scores; ties are never written.")
        ->check(numberBetween(0, 1))
        ->capture_default_str();
    command
        ->add_option("--form", preferences->form,
            "messages: a conversation with rejected_response. columns: prompt, chosen and rejected.")
        ->check(CLI::IsMember({ "messages", "columns" }))
        ->capture_default_str();
}

} // namespace msrl::cli
