// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/run_words.h"

#include "core/base/clock.h"

#include <fmt/format.h>

#include <fstream>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

constexpr const char* kLogKind = "engine.log";
constexpr int kRowsAtOnce = 10000;
// Of a longer log only the end is read.
constexpr std::int64_t kMostLogBytes = 4 << 20;

// A progress bar draws over its line; the last drawing counts. Other control characters could steer the
// terminal of whoever reads.
std::string plainLine(const std::string& line)
{
    const std::size_t drawn = line.find_last_of('\r');
    std::string plain;
    for (const char c : drawn == std::string::npos ? line : line.substr(drawn + 1))
        plain += static_cast<unsigned char>(c) < 0x20 && c != '\t' ? ' ' : c;
    return plain;
}

} // namespace

std::string RunWord::text() const
{
    if (event.kind == kLogKind)
        return plainLine(event.text);
    std::string line = fmt::format(
        "{}  {:<7}  {:<10}", base::isoTime(event.timeMs), store::eventLevelName(event.level), event.kind);
    if (!event.stage.empty())
        line += event.step >= 0 ? fmt::format("  {} {}", event.stage, event.step) : "  " + event.stage;
    return line + "  " + plainLine(event.text);
}

base::Json RunWord::json() const
{
    if (event.kind == kLogKind)
        return { { "kind", kLogKind }, { "text", event.text } };
    base::Json json = { { "time", base::isoTime(event.timeMs) },
        { "level", store::eventLevelName(event.level) }, { "kind", event.kind }, { "stage", event.stage } };
    if (event.step >= 0)
        json["step"] = event.step;
    json["text"] = event.text;
    json["data"] = event.data;
    return json;
}

RunWords::RunWords(const store::RunFolder& folder, store::EventLevel least)
    : m_folder(folder)
    , m_reader(folder.runDatabase())
    , m_least(least)
{
}

base::Result<std::vector<RunWord>> RunWords::read()
{
    std::vector<RunWord> words;
    if (base::Status read = readEvents(words); !read)
        return read.error();
    // Lines of the log have no level; whoever asks for warnings does not want the progress in between.
    if (m_least > store::EventLevel::Info)
        return words;
    if (base::Status read = readLog(words); !read)
        return read.error();
    return words;
}

base::Status RunWords::readEvents(std::vector<RunWord>& words)
{
    for (std::size_t got = kRowsAtOnce; got == static_cast<std::size_t>(kRowsAtOnce);) {
        base::Result<std::vector<store::EventRow>> rows = m_reader.eventsAfter(m_rowid, kRowsAtOnce);
        if (!rows)
            return rows.error();
        got = rows->size();
        for (store::EventRow& row : *rows) {
            m_rowid = row.rowid;
            if (row.level >= m_least)
                words.push_back({ std::move(row) });
        }
    }
    return {};
}

base::Status RunWords::readLog(std::vector<RunWord>& words)
{
    std::error_code ec;
    const auto size = static_cast<std::int64_t>(fs::file_size(m_folder.logFile(), ec));
    if (ec || size <= m_logOffset)
        return {}; // not detached, or nothing new
    std::ifstream file(m_folder.logFile(), std::ios::binary);
    const bool cut = size - m_logOffset > kMostLogBytes;
    m_logOffset = cut ? size - kMostLogBytes : m_logOffset;
    file.seekg(m_logOffset);
    std::string line;
    bool partial = cut; // the first line's beginning is not there
    while (std::getline(file, line) && !file.eof()) {
        m_logOffset += static_cast<std::int64_t>(line.size()) + 1;
        if (!partial) {
            store::EventRow row;
            row.kind = kLogKind;
            row.text = std::move(line);
            words.push_back({ std::move(row) });
        }
        partial = false;
    }
    if (file.bad())
        return base::failed("cannot be read", m_folder.logFile().string());
    return {};
}

} // namespace msrl::cli
