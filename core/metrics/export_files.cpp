// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/export_files.h"

#include "core/base/files.h"
#include "core/metrics/event_file.h"

#include <fmt/format.h>

#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <tuple>

namespace msrl::metrics {
namespace fs = std::filesystem;

namespace {

base::Status statusOf(const std::ofstream& out, const fs::path& file)
{
    if (out.good())
        return {};
    return base::failed(fmt::format("cannot be written: {}", std::strerror(errno)), file.string(),
        "is there room on the disk?");
}

std::string csvCell(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string cell = "\"";
    for (const char c : text)
        cell += c == '"' ? std::string("\"\"") : std::string(1, c);
    return cell + '"';
}

class CsvFile final : public ExportFiles
{
public:
    explicit CsvFile(const fs::path& file)
        : m_file(file)
        , m_out(file, std::ios::binary)
    {
        m_out << "stage,step,name,source,value,time_ms\n";
    }

    base::Status add(const store::MetricRow& row) override
    {
        m_out << fmt::format("{},{},{},{},{},{}\n", csvCell(row.stage), row.step, csvCell(row.name),
            csvCell(row.source), std::isnan(row.value) ? "nan" : fmt::format("{}", row.value), row.timeMs);
        return statusOf(m_out, m_file);
    }

    base::Status close() override
    {
        m_out.close();
        return statusOf(m_out, m_file);
    }

private:
    fs::path m_file;
    std::ofstream m_out;
};

class JsonFile final : public ExportFiles
{
public:
    explicit JsonFile(const fs::path& file)
        : m_file(file)
    {
    }

    base::Status add(const store::MetricRow& row) override
    {
        m_series[{ row.stage, row.name, row.source }].push_back({ row.step, row.value, row.timeMs });
        return {};
    }

    base::Status close() override
    {
        std::ofstream out(m_file, std::ios::binary);
        out << "{\"series\": [";
        const char* between = "\n";
        for (const auto& [key, points] : m_series) {
            const auto& [stage, name, source] = key;
            base::Json series = { { "stage", stage }, { "name", name }, { "source", source } };
            for (const Point& point : points) {
                series["steps"].push_back(point.step);
                series["values"].push_back(
                    std::isfinite(point.value) ? base::Json(point.value) : base::Json());
                series["times_ms"].push_back(point.timeMs);
            }
            out << between << series.dump();
            between = ",\n";
        }
        out << "\n]}\n";
        out.close();
        return statusOf(out, m_file);
    }

private:
    struct Point
    {
        std::int64_t step = 0;
        double value = 0;
        std::int64_t timeMs = 0;
    };

    fs::path m_file;
    std::map<std::tuple<std::string, std::string, std::string>, std::vector<Point>> m_series;
};

class EventFiles final : public ExportFiles
{
public:
    explicit EventFiles(const fs::path& folder)
        : m_folder(folder)
    {
    }

    base::Status add(const store::MetricRow& row) override
    {
        const double wallTime = static_cast<double>(row.timeMs) / 1000.0;
        auto found = m_files.find({ row.stage, row.source });
        if (found == m_files.end()) {
            const fs::path folder = row.source.empty()
                ? m_folder / folderName(row.stage)
                : m_folder / folderName(row.stage) / folderName(row.source);
            if (base::Status made = base::createFolders(folder); !made)
                return made;
            const fs::path file = folder / fmt::format("events.out.tfevents.{:010}.msrl", row.timeMs / 1000);
            found = m_files.emplace(std::pair { row.stage, row.source }, File { file, {} }).first;
            found->second.out.open(file, std::ios::binary);
            found->second.out << eventRecord(fileVersionEvent(wallTime));
        }
        File& file = found->second;
        file.out << eventRecord(scalarEvent({ wallTime, row.step, row.name, row.value }));
        return statusOf(file.out, file.path);
    }

    base::Status close() override
    {
        for (auto& [key, file] : m_files) {
            file.out.close();
            if (base::Status written = statusOf(file.out, file.path); !written)
                return written;
        }
        return {};
    }

private:
    struct File
    {
        fs::path path;
        std::ofstream out;
    };

    fs::path m_folder;
    std::map<std::pair<std::string, std::string>, File> m_files;
};

} // namespace

std::unique_ptr<ExportFiles> csvFile(const fs::path& file)
{
    return std::make_unique<CsvFile>(file);
}

std::unique_ptr<ExportFiles> jsonFile(const fs::path& file)
{
    return std::make_unique<JsonFile>(file);
}

std::unique_ptr<ExportFiles> eventFiles(const fs::path& folder)
{
    return std::make_unique<EventFiles>(folder);
}

std::string folderName(const std::string& text)
{
    std::string name;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = byte < 0x80 && (std::isalnum(byte) != 0 || std::strchr("_-:", c) != nullptr);
        // A leading dot hides a folder, and two of them lead out of it.
        const bool inner = c == '.' && !name.empty();
        name += plain || inner ? std::string(1, c) : fmt::format("%{:02X}", byte);
    }
    return name;
}

} // namespace msrl::metrics
