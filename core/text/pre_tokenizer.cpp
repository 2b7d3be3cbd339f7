// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pre_tokenizer.h"

#include <fmt/core.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <utility>

namespace msrl::text {

const char* const kQwen2Pattern
    = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

namespace {

// The property White_Space and its complement as members of a class. PCRE2's own \s under UCP also holds
// U+180E.
constexpr std::string_view kWhiteSpace
    = R"(\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";
constexpr std::string_view kOtherThanSpace
    = R"(\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff})";

// Letters and numbers of Unicode 15 and 16, which the engine of the tokenizers library knows. PCRE2 10.42 has
// the tables of Unicode 14; where PCRE2 knows them too, naming them changes nothing.
constexpr std::string_view kNewLetters
    = R"(\x{1c89}-\x{1c8a}\x{a7cb}-\x{a7cd}\x{a7da}-\x{a7dc}\x{105c0}-\x{105f3}\x{10d4a}-\x{10d65})"
      R"(\x{10d6f}-\x{10d85}\x{10ec2}-\x{10ec4}\x{1123f}-\x{11240}\x{11380}-\x{11389}\x{1138b}\x{1138e})"
      R"(\x{11390}-\x{113b5}\x{113b7}\x{113d1}\x{113d3}\x{11bc0}-\x{11be0}\x{11f02}\x{11f04}-\x{11f10})"
      R"(\x{11f12}-\x{11f33}\x{1342f}\x{13441}-\x{13446}\x{13460}-\x{143fa}\x{16100}-\x{1611d})"
      R"(\x{16d40}-\x{16d6c}\x{18cff}\x{1b132}\x{1b155}\x{1df25}-\x{1df2a}\x{1e030}-\x{1e06d})"
      R"(\x{1e4d0}-\x{1e4eb}\x{1e5d0}-\x{1e5ed}\x{1e5f0}\x{2b739}\x{2ebf0}-\x{2ee5d}\x{31350}-\x{323af})";
constexpr std::string_view kNewNumbers
    = R"(\x{10d40}-\x{10d49}\x{116d0}-\x{116e3}\x{11bf0}-\x{11bf9}\x{11f50}-\x{11f59}\x{16130}-\x{16139})"
      R"(\x{16d70}-\x{16d79}\x{1ccf0}-\x{1ccf9}\x{1d2c0}-\x{1d2d3}\x{1e4f0}-\x{1e4f9}\x{1e5f1}-\x{1e5fa})";

// Whether a character of kNewLetters or kNewNumbers may be there: in most texts none has such lead bytes.
// REQUIRES: valid UTF-8.
bool mayHoldNewCharacters(std::string_view utf8)
{
    for (std::size_t i = 0; i + 1 < utf8.size(); ++i) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const auto second = static_cast<unsigned char>(utf8[i + 1]);
        if ((lead == 0xf0 && second != 0x9f) || (lead == 0xe1 && second == 0xb2)
            || (lead == 0xea && second == 0x9f))
            return true;
    }
    return false;
}

// The pattern with the new characters in \p{L} and \p{N}. Such classes are slow to match, so only texts that
// may hold one of their members are cut by it.
std::string withNewCharacters(const std::string& pattern)
{
    std::string out;
    bool inClass = false;
    for (std::size_t i = 0; i < pattern.size();) {
        const std::string_view name = std::string_view(pattern).substr(i, 5);
        if (name == R"(\p{L})" || name == R"(\p{N})") {
            const std::string members
                = std::string(name) + std::string(name[3] == 'L' ? kNewLetters : kNewNumbers);
            out += inClass ? members : "[" + members + "]";
            i += name.size();
            continue;
        }
        const std::size_t length = pattern[i] == '\\' && i + 1 < pattern.size() ? 2 : 1;
        if (length == 1)
            inClass = pattern[i] == '[' || (inClass && pattern[i] != ']');
        out += pattern.substr(i, length);
        i += length;
    }
    return out;
}

base::Result<std::string> withExactSpaces(const std::string& pattern, const std::string& place)
{
    std::string out;
    bool inClass = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c != '\\' || i + 1 == pattern.size()) {
            inClass = c == '[' || (inClass && c != ']');
            out.push_back(c);
            continue;
        }
        const char escaped = pattern[++i];
        if (escaped == 'w' || escaped == 'W' || escaped == 'b' || escaped == 'B')
            return base::badInput(
                fmt::format("\\{} at byte {} means different characters in different engines", escaped, i),
                place, "spell the class with \\p{…}");
        if (escaped != 's' && escaped != 'S') {
            out.push_back(c);
            out.push_back(escaped);
            continue;
        }
        const std::string_view members = escaped == 's' ? kWhiteSpace : kOtherThanSpace;
        out += inClass ? std::string(members) : fmt::format("[{}]", members);
    }
    return out;
}

std::string pcreMessage(int code)
{
    PCRE2_UCHAR buffer[256];
    pcre2_get_error_message(code, buffer, sizeof buffer);
    return reinterpret_cast<const char*>(buffer);
}

using Code = std::unique_ptr<pcre2_code, decltype(&pcre2_code_free)>;

base::Status compile(const std::string& expression, const std::string& place, Code& out)
{
    int code = 0;
    PCRE2_SIZE at = 0;
    out.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(),
        PCRE2_UTF | PCRE2_UCP, &code, &at, nullptr));
    if (!out)
        return base::badInput(fmt::format("the regular expression does not compile: {}", pcreMessage(code)),
            fmt::format("{}, near \"{}\"", place, expression.substr(at, 24)));
    // Where this build of PCRE2 has no JIT the interpreter gives the same matches.
    pcre2_jit_compile(out.get(), PCRE2_JIT_COMPLETE);
    return {};
}

constexpr std::size_t kJitStackStart = 32 * 1024;
constexpr std::size_t kJitStackMost = 8 * 1024 * 1024;

// What matching needs besides the expression. One per thread: making it costs more than cutting a short text.
struct Scratch
{
    std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> match {
        pcre2_match_data_create(1, nullptr), &pcre2_match_data_free
    };
    std::unique_ptr<pcre2_match_context, decltype(&pcre2_match_context_free)> context {
        pcre2_match_context_create(nullptr), &pcre2_match_context_free
    };
    std::unique_ptr<pcre2_jit_stack, decltype(&pcre2_jit_stack_free)> stack {
        pcre2_jit_stack_create(kJitStackStart, kJitStackMost, nullptr), &pcre2_jit_stack_free
    };

    Scratch()
    {
        if (match && context && stack)
            pcre2_jit_stack_assign(context.get(), nullptr, stack.get());
    }
};

} // namespace

struct PreTokenizer::Compiled
{
    Code usual { nullptr, &pcre2_code_free };
    Code withNewCharacters { nullptr, &pcre2_code_free };
};

PreTokenizer::PreTokenizer(std::unique_ptr<Compiled> compiled)
    : m_compiled(std::move(compiled))
{
}
PreTokenizer::PreTokenizer(PreTokenizer&&) noexcept = default;
PreTokenizer& PreTokenizer::operator=(PreTokenizer&&) noexcept = default;
PreTokenizer::~PreTokenizer() = default;

base::Result<PreTokenizer> PreTokenizer::create(const std::string& pattern, const std::string& place)
{
    base::Result<std::string> exact = withExactSpaces(pattern, place);
    if (!exact)
        return exact.error();
    auto compiled = std::make_unique<Compiled>();
    for (const auto& [code, expression] : { std::pair { &compiled->usual, *exact },
             std::pair { &compiled->withNewCharacters, withNewCharacters(*exact) } }) {
        if (const base::Status fault = compile(expression, place, *code); !fault)
            return fault.error();
    }
    return PreTokenizer(std::move(compiled));
}

base::Result<std::vector<std::string_view>> PreTokenizer::split(std::string_view utf8) const
{
    std::vector<std::string_view> out;
    const pcre2_code* code
        = (mayHoldNewCharacters(utf8) ? m_compiled->withNewCharacters : m_compiled->usual).get();
    thread_local const Scratch scratch;
    pcre2_match_data* const match = scratch.match.get();
    if (!match || !scratch.context || !scratch.stack)
        return base::failed("out of memory for the pre-tokeniser");
    std::size_t done = 0; // everything before is in `out`
    std::size_t from = 0;
    while (from < utf8.size()) {
        const int found = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(utf8.data()), utf8.size(), from,
            PCRE2_NO_UTF_CHECK, match, scratch.context.get());
        if (found == PCRE2_ERROR_NOMATCH)
            break;
        if (found < 0)
            return base::failed(fmt::format(
                "the pre-tokeniser stopped at byte {} of {}: {}", from, utf8.size(), pcreMessage(found)));
        const PCRE2_SIZE* range = pcre2_get_ovector_pointer(match);
        if (range[1] == range[0]) { // an empty match cuts nothing: try again one character on
            from = range[1] + 1;
            while (from < utf8.size() && (static_cast<unsigned char>(utf8[from]) & 0xc0) == 0x80)
                ++from;
            continue;
        }
        if (range[0] > done)
            out.push_back(utf8.substr(done, range[0] - done));
        out.push_back(utf8.substr(range[0], range[1] - range[0]));
        done = from = range[1];
    }
    if (done < utf8.size())
        out.push_back(utf8.substr(done));
    return out;
}

} // namespace msrl::text
