// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/candidate_search.h"

#include "core/store/run_reader_impl.h"

#include <fmt/format.h>

#include <string_view>

namespace msrl::store {

namespace {

// As SQLite's lower(): ASCII letters only.
std::string lowered(std::string text)
{
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

bool isAsciiWord(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Latin with accents (to U+027F), Greek and Cyrillic (U+0380 to U+04FF) in two bytes each. Beyond lie
// punctuation, and scripts that do not part words by spaces.
bool isLetterLead(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0xC3 && byte <= 0xC9) || (byte >= 0xCE && byte <= 0xD3);
}

// The characters of those ranges that are no letters: × ÷, accents and marks on their own.
bool isSign(std::string_view character)
{
    const auto lead = static_cast<unsigned char>(character[0]);
    const auto tail = static_cast<unsigned char>(character[1]);
    return (lead == 0xC3 && (tail == 0x97 || tail == 0xB7)) || (lead == 0xCE && tail < 0x88)
        || (lead == 0xCF && tail == 0xB6) || (lead == 0xD2 && tail >= 0x82 && tail <= 0x89);
}

bool isLetterTail(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

bool hasOtherStages(SQLite::Database& db, const std::string& stage)
{
    SQLite::Statement other(db,
        "SELECT EXISTS (SELECT 1 FROM candidates WHERE stage < ?1) OR EXISTS (SELECT 1 FROM candidates WHERE "
        "stage > ?1)");
    other.bind(1, stage);
    return !other.executeStep() || other.getColumn(0).getInt() != 0;
}

} // namespace

std::string wordQuery(const std::string& text)
{
    std::string query;
    std::string word;
    int letters = 0;
    const auto endWord = [&] {
        if (letters > 0)
            query += fmt::format("{}\"{}\"{}", query.empty() ? "" : " ", word, letters > 1 ? "*" : "");
        word.clear();
        letters = 0;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (isAsciiWord(text[i])) {
            word += text[i];
            ++letters;
        } else if (isLetterLead(text[i]) && i + 1 < text.size() && isLetterTail(text[i + 1])) {
            const std::string character = text.substr(i++, 2);
            if (isSign(character))
                return {};
            word += character;
            ++letters;
        } else if (static_cast<unsigned char>(text[i]) < 0x80) {
            endWord();
        } else {
            return {};
        }
    }
    endWord();
    return query;
}

TextMatch::TextMatch(const std::string& text, int schema)
{
    if (text.empty())
        return;
    m_value = schema >= kRunWithWords ? wordQuery(text) : std::string();
    m_way = m_value.empty() ? Way::Scan : Way::Words;
    if (m_way == Way::Scan)
        m_value = lowered(text);
}

std::string TextMatch::condition(int parameter) const
{
    switch (m_way) {
    case Way::Everything:
        return "true";
    case Way::Words:
        return fmt::format(
            "c.id IN (SELECT rowid FROM candidate_text WHERE candidate_text MATCH ?{})", parameter);
    case Way::Scan:
        break;
    }
    return fmt::format(
        "(instr(lower(c.sample_id || char(10) || c.query || char(10) || c.response_a || char(10) "
        "|| c.response_b || char(10) || c.caption), ?{0}) > 0 "
        "OR EXISTS (SELECT 1 FROM candidate_paths t WHERE t.candidate = c.id "
        "AND instr(lower(t.text), ?{0}) > 0))",
        parameter);
}

void TextMatch::bind(SQLite::Statement& statement, int parameter) const
{
    if (m_way != Way::Everything)
        statement.bind(parameter, m_value);
}

base::Result<std::vector<std::int64_t>> RunReader::searchCandidates(
    const std::string& stage, const std::string& text)
{
    return m_impl->read<std::vector<std::int64_t>>([&](SQLite::Database& db) {
        const TextMatch match(text, m_impl->schema);
        // Where no other stage has candidates, asking each row for its stage would take longer than the
        // search.
        SQLite::Statement get(db,
            match.usesWords() && !hasOtherStages(db, stage)
                ? "SELECT rowid FROM candidate_text WHERE candidate_text MATCH ?2 ORDER BY rowid"
                : fmt::format("SELECT c.id FROM candidates c WHERE c.stage = ?1 AND {} ORDER BY c.id",
                    match.condition(2)));
        get.bind(1, stage);
        match.bind(get, 2);
        std::vector<std::int64_t> rowids;
        while (get.executeStep())
            rowids.push_back(get.getColumn(0).getInt64());
        return rowids;
    });
}

} // namespace msrl::store
