// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/conversation.h"

#include "core/text/chat.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

namespace msrl::text {
namespace {

constexpr std::string_view kImage = "<image>"; // of the original code
constexpr std::string_view kVideo = "<video>";
constexpr std::int64_t kMostTokensPerTile = 1 << 16;
constexpr std::int64_t kMostOfAMedium = 1 << 12; // tiles of an image, frames of a video

// What the row says of its media.
struct Sizes
{
    std::optional<int> tokensPerTile;
    std::vector<int> tiles;
    std::vector<int> frames;
};

std::vector<int> readCounts(base::ObjectReader& in, const char* key)
{
    std::vector<int> out;
    for (const base::Json& count : in.array(key)) {
        if (!count.is_number_integer() || count.get<double>() < 1 || count.get<double>() > kMostOfAMedium) {
            in.fault(
                key, fmt::format("expected numbers from 1 to {}, found {}", kMostOfAMedium, count.dump()));
            return {};
        }
        out.push_back(count.get<int>());
    }
    return out;
}

Sizes readSizes(base::ObjectReader& in, Flavour flavour)
{
    Sizes out;
    for (const char* key : { "tiles", "frames" }) {
        if (in.has(key) && !in.has("tokens_per_tile"))
            in.fault("tokens_per_tile", fmt::format("is missing beside {}", key));
    }
    if (flavour == Flavour::Original && in.has("frames"))
        in.fault("frames", "are images in the original code", "give each frame a number in tiles");
    if (!in.has("tokens_per_tile"))
        return out;
    const std::int64_t tokens = in.integer("tokens_per_tile");
    if (tokens < 1 || tokens > kMostTokensPerTile)
        in.fault("tokens_per_tile", fmt::format("is {}, expected 1 to {}", tokens, kMostTokensPerTile));
    else
        out.tokensPerTile = static_cast<int>(tokens);
    if (in.has("tiles"))
        out.tiles = readCounts(in, "tiles");
    if (in.has("frames"))
        out.frames = readCounts(in, "frames");
    return out;
}

class Writer
{
public:
    Writer(const ConversationOptions& options, Sizes sizes)
        : m_options(options)
        , m_sizes(std::move(sizes))
    {
    }

    base::Result<MarkedText> content(const base::Json& content, const std::string& place)
    {
        MarkedText out;
        if (content.is_string()) {
            words(content.get<std::string>(), out);
            return out;
        }
        if (!content.is_array())
            return base::badInput("content is neither text nor a list of entries", place);
        for (std::size_t i = 0; i < content.size(); ++i) {
            if (const base::Status fault
                = entry(content[i], fmt::format("{}, content {}", place, i + 1), out);
                !fault)
                return fault.error();
        }
        return out;
    }

    // The original code puts an image that nobody mentions in front of the question.
    void imageBefore(MarkedText& question)
    {
        if (m_images > 0 || m_sizes.tiles.empty())
            return;
        MarkedText out;
        image(out);
        out.append("\n");
        out.append(question);
        question = std::move(out);
    }

    // Every number was used, and every medium had one.
    base::Status finish(const std::string& place) const
    {
        if (!m_sizes.tokensPerTile)
            return {};
        const std::tuple<const char*, std::size_t, std::size_t> counts[]
            = { { "tiles", m_images, m_sizes.tiles.size() }, { "frames", m_videos, m_sizes.frames.size() } };
        for (const auto& [key, shown, given] : counts) {
            if (shown != given)
                return base::badInput(fmt::format("{} numbers for {} {} in the messages", given, shown,
                                          std::string_view(key) == "tiles" ? "images" : "videos"),
                    place + ", field " + key);
        }
        return {};
    }

    bool holdsImageTokens() const { return m_holdsImageTokens; }

private:
    void data(std::string_view words, MarkedText& out) const
    {
        m_options.literal ? out.appendLiteral(words) : out.append(words);
    }

    void words(std::string_view text, MarkedText& out)
    {
        std::size_t at = m_options.flavour == Flavour::Original ? text.find(kImage) : std::string_view::npos;
        while (at != std::string_view::npos) {
            data(text.substr(0, at), out);
            image(out);
            text.remove_prefix(at + kImage.size());
            at = text.find(kImage);
        }
        data(text, out);
    }

    void image(MarkedText& out)
    {
        const std::size_t number = m_images++;
        const bool original = m_options.flavour == Flavour::Original;
        m_holdsImageTokens = m_holdsImageTokens || m_sizes.tokensPerTile || !original;
        if (!m_sizes.tokensPerTile)
            out.append(original ? kImage : kImageContext);
        else if (number < m_sizes.tiles.size())
            out.append(imageTokens(m_sizes.tiles[number] * *m_sizes.tokensPerTile));
    }

    void video(MarkedText& out)
    {
        const std::size_t number = m_videos++;
        m_holdsImageTokens = m_holdsImageTokens || m_sizes.tokensPerTile;
        if (!m_sizes.tokensPerTile)
            out.append(kVideo);
        else if (number < m_sizes.frames.size())
            out.append(videoTokens(
                std::vector<int>(static_cast<std::size_t>(m_sizes.frames[number]), *m_sizes.tokensPerTile),
                "\n"));
    }

    base::Status entry(const base::Json& json, const std::string& place, MarkedText& out)
    {
        if (!json.is_object())
            return base::badInput("not a JSON object", place);
        base::ObjectReader in(json, place);
        const std::string type = in.text("type");
        if (type == "text") {
            words(in.text("text"), out);
        } else if (type == "image") {
            image(out);
            out.append("\n");
        } else if (type == "video" && m_options.flavour == Flavour::Original) {
            in.fault("type", "'video' is unknown to the original code",
                "write its frames as images: \"Frame1: <image>\"");
        } else if (type == "video") {
            video(out);
            out.append("\n");
        } else {
            in.fault("type", "'" + type + "' is unknown", "known: text, image, video");
        }
        return in.finish(base::ObjectReader::Unknown::Keep);
    }

    ConversationOptions m_options;
    Sizes m_sizes;
    std::size_t m_images = 0;
    std::size_t m_videos = 0;
    bool m_holdsImageTokens = false;
};

base::Result<ChatTurn> turnFromJson(const base::Json& json, const std::string& place, Writer& writer)
{
    if (!json.is_object())
        return base::badInput("not a JSON object", place);
    base::ObjectReader in(json, place);
    const std::string role = in.text("role");
    if (role != "system" && role != "user" && role != "assistant")
        in.fault("role", "'" + role + "' is unknown", "known: system, user, assistant");
    const base::Json& content = in.any("content");
    if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
        return fault.error();
    auto words = writer.content(content, place);
    if (!words)
        return words.error();
    return ChatTurn { role, std::move(*words) };
}

// As the original code arranges turns before they are written.
void arrangeOriginal(std::vector<ChatTurn>& turns, Writer& writer)
{
    const bool hasSystem = !turns.empty() && turns.front().role == "system";
    if (turns.size() == (hasSystem ? 2U : 1U) && turns.back().role == "user")
        writer.imageBefore(turns.back().content);
    if (hasSystem && turns.front().content.text.empty()) {
        turns.erase(turns.begin());
    } else if (!hasSystem) {
        MarkedText system;
        system.append(kInternVlSystem);
        turns.insert(turns.begin(), { "system", std::move(system) });
    }
}

} // namespace

base::Result<Conversation> conversationFromJson(
    const base::Json& row, const std::string& place, const ConversationOptions& options)
{
    base::ObjectReader in(row, place);
    if (!in.has("messages"))
        in.fault("messages", "is missing");
    const base::Json& messages = in.array("messages");
    const bool generation = in.boolean("add_generation_prompt", false);
    Writer writer(options, readSizes(in, options.flavour));
    if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
        return fault.error();
    std::vector<ChatTurn> turns;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        auto turn = turnFromJson(messages[i], fmt::format("{}, message {}", place, i + 1), writer);
        if (!turn)
            return turn.error();
        turns.push_back(std::move(*turn));
    }
    if (options.flavour == Flavour::Original)
        arrangeOriginal(turns, writer);
    if (const base::Status fault = writer.finish(place); !fault)
        return fault.error();
    return Conversation { chatMl(turns, generation ? GenerationPrompt::Yes : GenerationPrompt::No),
        writer.holdsImageTokens() };
}

} // namespace msrl::text
