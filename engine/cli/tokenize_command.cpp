// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine tokenize: text to token ids, ids to text, and conversations to both.
#include "core/text/chat.h"
#include "core/text/chat_template.h"
#include "core/text/conversation.h"
#include "core/text/tokenizer.h"
#include "engine/cli/command.h"
#include "engine/cli/json_lines.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <map>
#include <memory>

namespace msrl::cli {
namespace {

const std::map<std::string, text::Flavour> kFlavours {
    { "hf", text::Flavour::HuggingFace },
    { "original", text::Flavour::Original },
};

struct TokenizeOptions
{
    std::string model;
    bool decode = false;
    bool chat = false;
    bool literal = false;
    bool skipSpecial = false;
    std::string flavour = "hf";
    bool json = false; // the only form there is
};

base::Result<base::Json> encodeRow(
    const text::Tokenizer& tokenizer, const base::Json& row, const std::string& place, bool literal)
{
    base::ObjectReader in(row, place);
    text::MarkedText words;
    const std::string given = in.text("text");
    if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
        return fault.error();
    literal ? words.appendLiteral(given) : words.append(given);
    const auto ids = tokenizer.encode(words);
    if (!ids)
        return base::within(ids.error(), place);
    return base::Json { { "ids", *ids } };
}

base::Result<base::Json> decodeRow(
    const text::Tokenizer& tokenizer, const base::Json& row, const std::string& place, text::Special special)
{
    base::ObjectReader in(row, place);
    if (!in.has("ids"))
        in.fault("ids", "is missing");
    std::vector<text::TokenId> ids;
    for (const base::Json& id : in.array("ids")) {
        if (!id.is_number_integer() || id.get<std::int64_t>() < 0
            || id.get<std::int64_t>() >= tokenizer.vocabularySize())
            in.fault("ids",
                fmt::format(
                    "{} is no id of the vocabulary (0 to {})", id.dump(), tokenizer.vocabularySize() - 1));
        else
            ids.push_back(id.get<text::TokenId>());
    }
    if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
        return fault.error();
    return base::Json { { "text", tokenizer.decode(ids, special) } };
}

base::Result<base::Json> chatRow(const text::Tokenizer& tokenizer, const base::Json& row,
    const std::string& place, const text::ConversationOptions& options)
{
    const auto conversation = text::conversationFromJson(row, place, options);
    if (!conversation)
        return conversation.error();
    if (conversation->holdsImageTokens && !tokenizer.tokenId(text::kImageContext))
        return base::badInput(fmt::format("shows images, and the tokenizer has no {}", text::kImageContext),
            place, "use the tokenizer of an InternVL checkpoint");
    const auto ids = tokenizer.encode(conversation->text);
    if (!ids)
        return base::within(ids.error(), place);
    return base::Json { { "text", conversation->text.text }, { "ids", *ids } };
}

base::Status tokenize(const TokenizeOptions& options)
{
    const auto tokenizer = text::Tokenizer::load(options.model);
    if (!tokenizer)
        return tokenizer.error();
    const text::ConversationOptions conversation { kFlavours.at(options.flavour), options.literal };
    if (options.chat && conversation.flavour == text::Flavour::HuggingFace) {
        if (const base::Status fault = text::checkChatTemplate(options.model); !fault)
            return fault;
    }
    const text::Special special = options.skipSpecial ? text::Special::Skip : text::Special::Keep;
    return answerLines([&](const base::Json& row, const std::string& place) -> base::Result<base::Json> {
        if (!row.is_object())
            return base::badInput("not a JSON object", place);
        if (options.decode)
            return decodeRow(*tokenizer, row, place, special);
        return options.chat ? chatRow(*tokenizer, row, place, conversation)
                            : encodeRow(*tokenizer, row, place, options.literal);
    });
}

} // namespace

void addTokenizeCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("tokenize",
        "JSON lines in, JSON lines out: {\"text\"} -> {\"ids\"}; with --decode {\"ids\"} -> {\"text\"}; with "
        "--chat {\"messages\", \"add_generation_prompt\"} -> {\"text\", \"ids\"}; with \"tokens_per_tile\" "
        "there, "
        "images become their tokens, as many as \"tiles\": [tiles of each image] and \"frames\": [frames of "
        "each "
        "video] say.");
    const auto options = std::make_shared<TokenizeOptions>();
    command
        ->add_option("--model", options->model,
            "A folder with tokenizer.json and tokenizer_config.json; for --chat also its chat template.")
        ->required();
    CLI::Option* decode = command->add_flag("--decode", options->decode, "From ids to text.");
    CLI::Option* chat = command->add_flag("--chat", options->chat, "Conversations, by the model's template.");
    decode->excludes(chat);
    command
        ->add_option("--flavour", options->flavour,
            "Whose conversations: hf (the folder's template and the processor of transformers) or original "
            "(InternVL's own code: its system turn where none is given, an empty one for none, and <image> "
            "in texts).")
        ->check(CLI::IsMember({ "hf", "original" }))
        ->capture_default_str()
        ->needs(chat);
    command
        ->add_flag("--literal", options->literal,
            "Text of the rows that spells a special token stays text. Without it the spelling becomes the "
            "token, "
            "as the template has it.")
        ->excludes(decode);
    command->add_flag("--skip-special", options->skipSpecial, "Leave special tokens out of decoded text.")
        ->needs(decode);
    command->add_flag("--json", options->json, "JSON is the only form; accepted as in the other commands.");
    command->callback([&action, options] { action = [options] { return tokenize(*options); }; });
}

} // namespace msrl::cli
