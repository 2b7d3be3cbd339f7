// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/convert_data.h"

#include "core/base/files.h"
#include "core/data/image_bytes.h"
#include "core/parquet/row_writer.h"
#include "core/parquet/sample_rows.h"
#include "engine/cli/output_file.h"

#include <unistd.h>

#include <fstream>

namespace msrl::cli {

namespace {

namespace fs = std::filesystem;

// Moves the images of rows to files that are named by their content, and names all media from the target on.
class MediaFolder
{
public:
    MediaFolder(fs::path folder, const fs::path& target)
        : m_folder(std::move(folder))
        , m_targetFolder(fs::absolute(target).lexically_normal().parent_path())
    {
    }

    base::Status moveOut(data::Sample& sample) const
    {
        for (data::Media& media : sample.media) {
            if (auto moved = moveOut(media); !moved)
                return base::within(moved.error(), sample.where());
        }
        for (auto* media : { &sample.mediaA, &sample.mediaB }) {
            if (auto moved = *media ? moveOut(**media) : base::Status(); !moved)
                return base::within(moved.error(), sample.where());
        }
        return {};
    }

private:
    static fs::path resolved(const fs::path& folder)
    {
        std::error_code failed;
        fs::path real = fs::weakly_canonical(folder, failed);
        return failed ? folder : real;
    }

    // The name of `file`, which was `name` in its own row, in a row of the target's folder.
    std::string named(const fs::path& file, const std::string& name) const
    {
        const fs::path whole = fs::absolute(file).lexically_normal();
        if (fs::path(name).is_absolute() || (m_targetFolder / name).lexically_normal() == whole)
            return name;
        // ".." leads out of what a link points to, not out of the link. The file's own name stays: it may be
        // a link to one without an ending.
        const fs::path real = resolved(whole.parent_path()) / whole.filename();
        return real.lexically_relative(resolved(m_targetFolder)).string();
    }

    void rename(data::Media& media) const
    {
        if (media.frameFiles.empty()) {
            media.path = named(media.file, media.path);
            return;
        }
        for (std::string& frame : media.frameFiles)
            frame = named(media.file / frame, frame);
        media.path = media.frameFiles.front();
    }

    base::Status moveOut(data::Media& media) const
    {
        if (!media.inRow()) {
            rename(media);
            return {};
        }
        if (m_folder.empty())
            return {};
        const auto file = data::writeInRow(media, m_folder);
        if (!file)
            return file.error();
        media.path = named(*file, {});
        media.file = *file;
        media.bytes.reset();
        return {};
    }

    fs::path m_folder;
    fs::path m_targetFolder;
};

// JSON lines beside the target until they are whole.
class LineWriter
{
public:
    static base::Result<LineWriter> create(const fs::path& target)
    {
        std::error_code ignored;
        if (fs::exists(fs::symlink_status(target, ignored)))
            return base::badInput(
                "is already there", target.string(), "nothing is overwritten; name another file");
        LineWriter writer(target);
        if (!writer.m_out)
            return base::badInput("cannot be written", target.string());
        return writer;
    }
    LineWriter(LineWriter&&) = default;
    LineWriter& operator=(LineWriter&&) = delete;
    ~LineWriter()
    {
        std::error_code ignored;
        if (m_out.is_open())
            fs::remove(m_aside, ignored);
    }

    base::Status add(const data::Sample& sample)
    {
        m_out << data::sampleToJson(sample).dump() << '\n';
        return m_out ? base::Status() : base::Status(base::failed("cannot be written", m_aside.string()));
    }

    base::Status finish()
    {
        m_out.flush();
        if (!m_out)
            return base::failed("cannot be written", m_aside.string());
        if (auto synced = base::syncToDisk(m_aside); !synced)
            return synced;
        std::error_code error;
        fs::rename(m_aside, m_target, error);
        if (error)
            return base::failed("cannot be put in place: " + error.message(), m_target.string());
        m_out.close();
        return base::syncToDisk(fs::absolute(m_target).parent_path());
    }

private:
    explicit LineWriter(const fs::path& target)
        : m_target(target)
        , m_aside(target.string() + "." + std::to_string(::getpid()) + ".tmp")
        , m_out(m_aside, std::ios::binary)
    {
    }

    fs::path m_target;
    fs::path m_aside;
    std::ofstream m_out; // open as long as the target is not in place
};

template <class Add> base::Status forEachSample(const DataConversion& conversion, const Add& add)
{
    auto samples = data::SampleStream::open(conversion.file, conversion.load);
    if (!samples)
        return samples.error();
    const MediaFolder media(conversion.mediaFolder, conversion.target);
    for (;;) {
        auto sample = samples->next();
        if (!sample)
            return sample.error();
        if (!*sample)
            return {};
        if (auto moved = media.moveOut(**sample); !moved)
            return moved;
        if (auto added = add(**sample); !added)
            return added;
    }
}

} // namespace

base::Status convertData(const DataConversion& conversion)
{
    const fs::path ending = conversion.target.extension();
    if (ending != ".jsonl" && ending != ".parquet")
        return base::badInput("ends neither with .jsonl nor with .parquet", conversion.target.string());
    if (auto fine = checkOutputFile(conversion.target); !fine)
        return fine;
    if (ending == ".jsonl") {
        auto lines = LineWriter::create(conversion.target);
        if (!lines)
            return lines.error();
        const auto added
            = forEachSample(conversion, [&](const data::Sample& sample) { return lines->add(sample); });
        return added ? lines->finish() : added;
    }
    if (!conversion.mediaFolder.empty())
        return base::badInput("a Parquet target has the images inside", "--media", "leave it out");
    auto table = parquet::RowWriter::create(conversion.target, parquet::sampleColumns());
    if (!table)
        return table.error();
    const auto added = forEachSample(conversion, [&](const data::Sample& sample) -> base::Status {
        const auto row = parquet::sampleRow(sample);
        if (!row)
            return row.error();
        return table->add(*row, sample.where());
    });
    return added ? table->finish() : added;
}

} // namespace msrl::cli
