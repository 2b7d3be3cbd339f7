// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/template_pieces.h"

#include "core/base/json.h"

#include <cctype>
#include <optional>
#include <utility>

namespace msrl::text {
namespace {

struct Token
{
    bool isString = false;
    std::string text;
};

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool isName(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string quoted(const std::string& text)
{
    return base::Json(text).dump(-1, ' ', false, base::Json::error_handler_t::replace);
}

// The string that begins at `at` (a quote); `at` moves behind it. Nothing when it does not end.
std::optional<std::string> readString(std::string_view jinja, std::size_t& at)
{
    const char quote = jinja[at++];
    std::string out;
    for (; at < jinja.size(); ++at) {
        if (jinja[at] == quote) {
            ++at;
            return out;
        }
        if (jinja[at] != '\\' || at + 1 == jinja.size()) {
            out += jinja[at];
            continue;
        }
        ++at;
        out += jinja[at] == 'n' ? '\n' : jinja[at] == 't' ? '\t' : jinja[at];
    }
    return std::nullopt;
}

// The tokens up to `close`; `at` moves behind it. Nothing when the tag does not end.
std::optional<std::vector<Token>> readTag(std::string_view jinja, std::size_t& at, std::string_view close)
{
    std::vector<Token> out;
    while (at < jinja.size()) {
        if (jinja.substr(at).starts_with(close)) {
            at += close.size();
            return out;
        }
        const char c = jinja[at];
        if (c == '\'' || c == '"') {
            auto text = readString(jinja, at);
            if (!text)
                return std::nullopt;
            out.push_back({ true, std::move(*text) });
        } else if (isName(c)) {
            const std::size_t begin = at;
            while (at < jinja.size() && isName(jinja[at]))
                ++at;
            out.push_back({ false, std::string(jinja.substr(begin, at - begin)) });
        } else {
            if (!isSpace(c))
                out.push_back({ false, std::string(1, c) });
            ++at;
        }
    }
    return std::nullopt;
}

// a.b as a['b'], which is what a chat template means by it.
std::vector<Token> withSubscripts(const std::vector<Token>& tokens)
{
    std::vector<Token> out;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool member = !tokens[i].isString && tokens[i].text == "." && i > 0 && i + 1 < tokens.size()
            && !tokens[i + 1].isString && isName(tokens[i + 1].text.front());
        if (!member) {
            out.push_back(tokens[i]);
            continue;
        }
        out.push_back({ false, "[" });
        out.push_back({ true, tokens[++i].text });
        out.push_back({ false, "]" });
    }
    return out;
}

std::string joined(const std::vector<Token>& tokens, std::size_t begin, std::size_t end)
{
    std::string out;
    for (std::size_t i = begin; i < end; ++i)
        out += ' ' + (tokens[i].isString ? quoted(tokens[i].text) : tokens[i].text);
    return out;
}

class Pieces
{
public:
    void text(std::string_view words) { m_text += words; }

    void statement(const std::vector<Token>& tokens)
    {
        flush();
        m_out.push_back('%' + joined(tokens, 0, tokens.size()));
    }

    // Summands outside brackets are written one after the other.
    void output(const std::vector<Token>& tokens)
    {
        std::size_t begin = 0;
        int depth = 0;
        for (std::size_t i = 0; i <= tokens.size(); ++i) {
            const std::string mark = i == tokens.size() ? "+" : tokens[i].isString ? "" : tokens[i].text;
            depth += mark == "(" || mark == "[" || mark == "{" ? 1 : 0;
            depth -= mark == ")" || mark == "]" || mark == "}" ? 1 : 0;
            if (mark != "+" || (depth > 0 && i < tokens.size()))
                continue;
            if (i == begin + 1 && tokens[begin].isString) {
                m_text += tokens[begin].text;
            } else {
                flush();
                m_out.push_back('{' + joined(tokens, begin, i));
            }
            begin = i + 1;
        }
    }

    std::vector<std::string> take()
    {
        flush();
        return std::move(m_out);
    }

private:
    void flush()
    {
        if (!m_text.empty())
            m_out.push_back(quoted(std::exchange(m_text, {})));
    }

    std::vector<std::string> m_out;
    std::string m_text;
};

void dropTrailingSpace(std::string& text)
{
    while (!text.empty() && isSpace(text.back()))
        text.pop_back();
}

// lstrip_blocks: blanks between a line's begin and a statement or comment. `lineBegins`: the text itself
// stands at one.
void dropIndent(std::string& text, bool lineBegins)
{
    std::size_t kept = text.size();
    while (kept > 0 && (text[kept - 1] == ' ' || text[kept - 1] == '\t'))
        --kept;
    if (kept == 0 ? lineBegins : text[kept - 1] == '\n')
        text.resize(kept);
}

} // namespace

base::Result<std::vector<std::string>> templatePieces(std::string_view jinja, const std::string& place)
{
    if (jinja.ends_with('\n'))
        jinja.remove_suffix(1);
    Pieces pieces;
    std::string text;
    bool lineBegins = true;
    for (std::size_t at = 0; at < jinja.size();) {
        const std::string_view rest = jinja.substr(at);
        const char kind = rest.size() > 1 && rest[0] == '{' ? rest[1] : '\0';
        if (kind != '%' && kind != '{' && kind != '#') {
            text += jinja[at++];
            continue;
        }
        at += 2;
        if (at < jinja.size() && jinja[at] == '-') {
            dropTrailingSpace(text);
            ++at;
        } else if (kind != '{') {
            dropIndent(text, lineBegins);
        }
        pieces.text(std::exchange(text, {}));
        bool stripsAfter = false;
        if (kind == '#') {
            const std::size_t end = jinja.find("#}", at);
            if (end == std::string_view::npos)
                return base::badInput("a comment does not end", place);
            stripsAfter = end > at && jinja[end - 1] == '-';
            at = end + 2;
        } else {
            auto tokens = readTag(jinja, at, kind == '%' ? "%}" : "}}");
            if (!tokens)
                return base::badInput("a tag does not end", place);
            stripsAfter = !tokens->empty() && !tokens->back().isString && tokens->back().text == "-";
            if (stripsAfter)
                tokens->pop_back();
            kind == '%' ? pieces.statement(withSubscripts(*tokens)) : pieces.output(withSubscripts(*tokens));
        }
        if (stripsAfter) {
            while (at < jinja.size() && isSpace(jinja[at]))
                ++at;
        } else if (kind != '{' && at < jinja.size() && jinja[at] == '\n') {
            ++at; // trim_blocks
        }
        lineBegins = at > 0 && jinja[at - 1] == '\n';
    }
    pieces.text(text);
    return pieces.take();
}

} // namespace msrl::text
