// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/serve/chat_request.h"

#include "core/base/clock.h"
#include "core/base/excerpt.h"

#include <fmt/format.h>

#include <array>
#include <atomic>

namespace msrl::serve {

namespace {

using base::Json;

constexpr const char* kPlace = "request";

base::Result<data::Media> imageInRow(std::string uri, const std::string& place)
{
    data::Media media = data::imageInRow(std::move(uri));
    if (!media.inRow())
        return base::badInput(fmt::format("begins with '{}'", base::excerpt(media.path, 30)), place,
            "give the image itself: data:image/png;base64,… (png, jpeg or webp); nothing is fetched");
    if (const auto bytes = data::inRowBytes(media); !bytes)
        return base::badInput(bytes.error().what, place, bytes.error().hint);
    return media;
}

base::Result<ChatPart> readPart(const Json& part, const std::string& place)
{
    base::ObjectReader in(part, place);
    const std::string type = in.text("type");
    ChatPart out;
    std::string uri;
    if (type == "text") {
        out.text = in.text("text");
    } else if (type == "image_url") {
        base::ObjectReader image(in.object("image_url"), place + ", field image_url");
        uri = image.text("url");
        image.text("detail", ""); // tiles are the model folder's business
        if (auto status = image.finish(); !status)
            return status.error();
    } else {
        in.fault("type", fmt::format("is '{}'", type), "known: text, image_url");
    }
    if (auto status = in.finish(); !status)
        return status.error();
    if (type == "image_url") {
        auto image = imageInRow(std::move(uri), place + ", field image_url.url");
        if (!image)
            return image.error();
        out.image = *std::move(image);
    }
    return out;
}

base::Result<ChatMessage> readMessage(const Json& message, const std::string& place)
{
    if (!message.is_object())
        return base::badInput("is not an object", place);
    base::ObjectReader in(message, place);
    ChatMessage out;
    out.role = in.text("role");
    if (out.role == "developer")
        out.role = "system";
    if (out.role != "system" && out.role != "user" && out.role != "assistant")
        in.fault("role", fmt::format("is '{}'", out.role), "known: system, user, assistant");
    in.text("name", "");
    const Json& content = in.any("content");
    if (auto status = in.finish(); !status)
        return status.error();
    if (content.is_string()) {
        out.parts.push_back({ content.get<std::string>(), {} });
        return out;
    }
    if (!content.is_array() || content.empty())
        return base::badInput("is neither a text nor a list of parts", place + ", field content");
    for (std::size_t i = 0; i < content.size(); ++i) {
        const std::string where = fmt::format("{}, content {}", place, i);
        if (!content[i].is_object())
            return base::badInput("is not an object", where);
        auto part = readPart(content[i], where);
        if (!part)
            return part.error();
        if (part->image && out.role != "user")
            return base::badInput("an image outside a user message", where);
        out.parts.push_back(std::move(*part));
    }
    return out;
}

// Fields whose neutral value is accepted and any other refused.
void refuseUnserved(base::ObjectReader& in)
{
    const auto neutral = [&](const char* key, std::initializer_list<Json> values) {
        if (!in.has(key))
            return;
        const Json& value = in.any(key);
        for (const Json& accepted : values) {
            if (value == accepted)
                return;
        }
        in.fault(key, "is not served");
    };
    const Json none = nullptr;
    neutral("tools", { none, Json::array() });
    neutral("tool_choice", { none, "none" });
    neutral("response_format", { none, Json { { "type", "text" } } });
    neutral("presence_penalty", { 0, 0.0, none });
    neutral("frequency_penalty", { 0, 0.0, none });
    neutral("logit_bias", { none, Json::object() });
    neutral("top_logprobs", { 0, none });
}

// Clients write null for what they leave to the server.
bool isGiven(base::ObjectReader& in, const char* key)
{
    return in.has(key) && !in.any(key).is_null();
}

void readNumbers(base::ObjectReader& in, ChatRequest& out)
{
    for (const char* key : { "max_tokens", "max_completion_tokens" }) {
        if (isGiven(in, key))
            out.maxTokens = in.integer(key);
    }
    if (out.maxTokens && *out.maxTokens < 1)
        in.fault("max_tokens", fmt::format("is {}, expected 1 or more", *out.maxTokens));
    out.temperature = isGiven(in, "temperature") ? in.real("temperature") : 1.0;
    if (!(out.temperature >= 0 && out.temperature <= 2))
        in.fault("temperature", fmt::format("is {}, expected 0 to 2", out.temperature));
    out.topP = isGiven(in, "top_p") ? in.real("top_p") : 1.0;
    if (!(out.topP > 0 && out.topP <= 1))
        in.fault("top_p", fmt::format("is {}, expected more than 0 and at most 1", out.topP));
    out.choices = isGiven(in, "n") ? in.integer("n") : 1;
    if (out.choices < 1 || out.choices > kMostChoices)
        in.fault("n", fmt::format("is {}, expected 1 to {}", out.choices, kMostChoices));
    if (isGiven(in, "seed"))
        out.seed = static_cast<std::uint64_t>(in.integer("seed"));
    out.logprobs = isGiven(in, "logprobs") && in.boolean("logprobs");
}

// One text or a list of them.
void readStops(base::ObjectReader& in, ChatRequest& out)
{
    if (!isGiven(in, "stop"))
        return;
    const Json& value = in.any("stop");
    const Json list = value.is_array() ? value : Json::array({ value });
    if (list.size() > kMostStops)
        in.fault("stop", fmt::format("has {} texts, {} are the most", list.size(), kMostStops));
    for (const Json& one : list) {
        if (!one.is_string() || one.get_ref<const std::string&>().empty())
            return in.fault("stop", "is neither a text nor a list of texts", "no text may be empty");
        out.stops.push_back(one.get<std::string>());
    }
}

base::Status readStream(base::ObjectReader& in, ChatRequest& out)
{
    if (isGiven(in, "stream"))
        out.stream = in.boolean("stream");
    if (!isGiven(in, "stream_options"))
        return {};
    if (!out.stream)
        in.fault("stream_options", "is for a stream", "ask for \"stream\": true, or leave it out");
    base::ObjectReader options(in.object("stream_options"), std::string(kPlace) + ", field stream_options");
    out.streamUsage = options.boolean("include_usage", false);
    return options.finish();
}

} // namespace

base::Result<ChatRequest> readChatRequest(const std::string& body)
{
    const auto json = base::parseJson(body, kPlace);
    if (!json)
        return json.error();
    if (!json->is_object())
        return base::badInput("is not an object", kPlace);
    base::ObjectReader in(*json, kPlace);
    ChatRequest out;
    in.text("model", ""); // one judge is served, whatever it is called
    in.text("user", "");
    refuseUnserved(in);
    readNumbers(in, out);
    readStops(in, out);
    const base::Status streamed = readStream(in, out);
    const Json& messages = in.array("messages");
    if (messages.empty())
        in.fault("messages", "is missing or empty");
    if (auto status = in.finish(); !status)
        return status.error();
    if (!streamed)
        return streamed.error();
    for (std::size_t i = 0; i < messages.size(); ++i) {
        auto message = readMessage(messages[i], fmt::format("message {}", i));
        if (!message)
            return message.error();
        out.messages.push_back(std::move(*message));
    }
    return out;
}

Json replyJson(const ChatReply& reply, bool logprobs, const std::string& model)
{
    Json json = { { "id", newReplyId() }, { "object", "chat.completion" },
        { "created", base::nowMs() / 1000 }, { "model", model } };
    json["choices"] = Json::array();
    for (std::size_t i = 0; i < reply.choices.size(); ++i) {
        const ChatChoice& choice = reply.choices[i];
        Json one = { { "index", i } };
        one["message"] = { { "role", "assistant" }, { "content", choice.text } };
        one["finish_reason"] = choice.finished ? "stop" : "length";
        one["logprobs"] = logprobs ? logprobsJson(choice.tokens, choice.logprobs) : Json(nullptr);
        json["choices"].push_back(std::move(one));
    }
    json["usage"] = usageJson(reply);
    return json;
}

Json usageJson(const ChatReply& reply)
{
    return { { "prompt_tokens", reply.promptTokens }, { "completion_tokens", reply.completionTokens },
        { "total_tokens", reply.promptTokens + reply.completionTokens } };
}

Json logprobsJson(const std::vector<std::string>& tokens, const std::vector<float>& logprobs)
{
    Json content = Json::array();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        Json one = { { "token", tokens[i] }, { "logprob", logprobs[i] } };
        one["bytes"] = nullptr;
        one["top_logprobs"] = Json::array();
        content.push_back(std::move(one));
    }
    return { { "content", content } };
}

std::string newReplyId()
{
    static std::atomic<std::uint64_t> number { 0 };
    return fmt::format("chatcmpl-{}-{}", base::nowMs(), number.fetch_add(1));
}

Json errorJson(const std::string& message, const std::string& type)
{
    Json error = { { "message", message }, { "type", type } };
    error["param"] = nullptr;
    error["code"] = nullptr;
    return { { "error", error } };
}

} // namespace msrl::serve
