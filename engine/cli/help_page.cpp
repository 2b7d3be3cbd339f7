// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/help_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string_view>
#include <vector>

namespace msrl::cli {

namespace {

constexpr std::size_t kTextColumn = 30;
constexpr std::size_t kLineWidth = 100;
constexpr std::size_t kLongestChoices = 32; // that stand beside the name

// Of options whose value is text: names mean the same in all commands.
const std::map<std::string_view, const char*>& wordsByName()
{
    static const std::map<std::string_view, const char*> words { { "ablations", "NODE" },
        { "accept", "SAMPLE" }, { "after", "NODE" }, { "against", "PATH" }, { "alpha", "NAME" },
        { "artefacts", "FOLDER" }, { "auditor", "NAME" }, { "bypass", "NODE" }, { "captioner", "FOLDER" },
        { "captions", "FILE" }, { "columns", "FIELD=COLUMN" }, { "data", "PATH" }, { "decay", "NAME" },
        { "device", "DEVICE" }, { "dtype", "NAME" }, { "export", "FILE" }, { "flag", "SAMPLE" },
        { "folder", "FOLDER" }, { "format", "NAME" }, { "gate", "NODE" }, { "gold", "FILE" },
        { "group", "FOLDER" }, { "hosts", "HOST" }, { "html", "FILE" }, { "image", "FILE" },
        { "inputs", "FILE" }, { "level", "LEVEL" }, { "map", "FIELD=COLUMN" }, { "max-shard-size", "SIZE" },
        { "media", "FOLDER" }, { "media-root", "FOLDER" }, { "model", "FOLDER" }, { "name", "NAME" },
        { "out", "PATH" }, { "override", "SAMPLE=PATH" }, { "partition", "NAME" }, { "predictions", "PATH" },
        { "prompts", "NAME" }, { "reason", "TEXT" }, { "reject", "SAMPLE" }, { "report", "FOLDER" },
        { "resize", "NAME" }, { "run", "FOLDER" }, { "sbatch", "OPTION" }, { "set", "NODE.PARAM=VALUE" },
        { "stage", "NODE" }, { "statement", "TEXT" }, { "stop", "TEXT" }, { "stop-text", "TEXT" },
        { "samples", "NODE" }, { "pictures", "FOLDER" }, { "svg", "FILE" }, { "teacher", "FOLDER" },
        { "template", "NAME" }, { "tensors", "FILE" }, { "time", "TIME" }, { "token-file", "FILE" },
        { "until", "NODE" }, { "video", "PATH" }, { "wrong-caption", "SAMPLE" }, { "x", "MEASURE" },
        { "y", "MEASURE" } };
    return words;
}

// CLI11 tells the type and the descriptions of all checks in one text: "TEXT:{visual,caption}".
struct ValueParts
{
    std::string type;
    std::vector<std::string> choices;
    std::vector<std::string> ranges; // "0 or more"
};

ValueParts partsOf(const CLI::Option& option)
{
    const std::vector<std::string> pieces = CLI::detail::split(option.get_type_name(), ':');
    ValueParts parts;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const std::string& piece = pieces[i];
        if (i == 0)
            parts.type = piece;
        else if (piece.starts_with('{') && piece.ends_with('}'))
            parts.choices = CLI::detail::split(piece.substr(1, piece.size() - 2), ',');
        else
            parts.ranges.push_back(piece);
    }
    return parts;
}

bool standBesideTheName(const std::vector<std::string>& choices)
{
    return fmt::format("{}", fmt::join(choices, "|")).size() <= kLongestChoices;
}

std::string wordOf(const CLI::Option& option, const ValueParts& parts)
{
    if (!parts.choices.empty())
        return standBesideTheName(parts.choices) ? fmt::format("{}", fmt::join(parts.choices, "|")) : "NAME";
    static const std::set<std::string_view> kNumbers { "INT", "UINT", "FLOAT" };
    if (kNumbers.contains(parts.type))
        return "N";
    if (parts.type != "TEXT")
        return parts.type;
    for (const std::string& name : option.get_lnames()) {
        if (const auto word = wordsByName().find(name); word != wordsByName().end())
            return word->second;
    }
    return "VALUE";
}

std::string optionNames(const std::set<CLI::Option*>& options)
{
    std::vector<std::string> names; // the set is ordered by where its members lie in memory
    for (const CLI::Option* option : options)
        names.push_back(option->get_name());
    std::sort(names.begin(), names.end());
    return fmt::format("{}", fmt::join(names, ", "));
}

// "[required; 1 to 1024; default 12; with --image]"
std::string factsOf(const CLI::Option& option)
{
    std::vector<std::string> facts;
    if (option.get_type_size() != 0) {
        const ValueParts parts = partsOf(option);
        if (option.get_required() && !option.get_positional())
            facts.emplace_back("required");
        if (!standBesideTheName(parts.choices))
            facts.push_back(fmt::format("one of {}", fmt::join(parts.choices, ", ")));
        facts.insert(facts.end(), parts.ranges.begin(), parts.ranges.end());
        if (!option.get_default_str().empty())
            facts.push_back("default " + option.get_default_str());
    }
    if (!option.get_needs().empty())
        facts.push_back("with " + optionNames(option.get_needs()));
    if (!option.get_excludes().empty())
        facts.push_back("not with " + optionNames(option.get_excludes()));
    return facts.empty() ? std::string() : fmt::format(" [{}]", fmt::join(facts, "; "));
}

// Two columns, the second of which is wrapped.
std::string helpEntry(const std::string& name, const std::string& text)
{
    std::string entry = "  " + name;
    std::size_t column = entry.size();
    const auto nextLine = [&] {
        entry += "\n" + std::string(kTextColumn, ' ');
        column = kTextColumn;
    };
    if (column >= kTextColumn)
        nextLine();
    entry.append(kTextColumn - column, ' ');
    column = kTextColumn;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        if (column > kTextColumn && column + 1 + word.size() > kLineWidth) {
            nextLine();
        } else if (column > kTextColumn) {
            entry += ' ';
            ++column;
        }
        entry += word;
        column += word.size();
    }
    entry.erase(entry.find_last_not_of(' ') + 1);
    return entry + "\n";
}

class HelpPage final : public CLI::Formatter
{
public:
    std::string make_option(const CLI::Option* option, bool isPositional) const override
    {
        const std::string word = isPositional ? std::string() : valueWord(*option);
        return helpEntry(make_option_name(option, isPositional) + (word.empty() ? "" : " " + word),
            option->get_description() + factsOf(*option));
    }
    std::string make_subcommand(const CLI::App* command) const override
    {
        return helpEntry(command->get_display_name(true), command->get_description());
    }
};

} // namespace

std::shared_ptr<CLI::Formatter> helpPage()
{
    return std::make_shared<HelpPage>();
}

std::string valueWord(const CLI::Option& option)
{
    if (option.get_type_size() == 0)
        return {};
    const std::string word = wordOf(option, partsOf(option));
    if (option.get_delimiter() != '\0')
        return word + ",...";
    const bool manyAtOnce
        = option.get_allow_extra_args() && option.get_expected_max() >= CLI::detail::expected_max_vector_size;
    return manyAtOnce ? word + " ..." : word;
}

} // namespace msrl::cli
