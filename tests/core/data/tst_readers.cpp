// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/readers.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <zlib.h>

namespace msrl::data {
namespace {

using tests::TemporaryFolder;

using testing::HasSubstr;

std::string row(int id, const std::string& more = "")
{
    return R"({"id":")" + std::to_string(id) + R"(","task":"text","query":"q","a":"x","b":"y")" + more
        + "}\n";
}

std::string gzipped(const TemporaryFolder& folder, const std::string& text)
{
    const auto path = (folder.path() / "packed").string();
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
    std::ifstream in(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(in), {} };
}

std::string refusal(const std::filesystem::path& path)
{
    const auto samples = loadSamples(path);
    EXPECT_FALSE(samples.ok());
    return samples.ok() ? "" : samples.error().message();
}

TEST(Readers, plainAndPackedFilesGiveTheSameRows)
{
    const TemporaryFolder folder;
    std::string text = "\xEF\xBB\xBF" + row(0) + "\n" + row(1, R"(,"source":"own")");
    for (int i = 2; i < 3000; ++i) // more than one read buffer
        text += row(i, R"(,"context":")" + std::string(static_cast<std::size_t>(i % 97), 'z') + "\"");
    text.pop_back(); // a last line without its end
    const LoadOptions options { .source = "file" };
    const auto plain = loadSamples(folder.write("a.jsonl", text), options);
    const auto packed = loadSamples(folder.write("a.jsonl.gz", gzipped(folder, text)), options);
    ASSERT_TRUE(plain.ok()) << plain.error().message();
    ASSERT_TRUE(packed.ok()) << packed.error().message();
    ASSERT_EQ(plain->size(), 3000u);
    ASSERT_EQ(packed->size(), 3000u);
    for (std::size_t i = 0; i < plain->size(); ++i) {
        EXPECT_EQ(sampleToJson((*plain)[i]), sampleToJson((*packed)[i]));
        EXPECT_EQ((*plain)[i].id, std::to_string(i));
        EXPECT_EQ((*plain)[i].source, i == 1 ? "own" : "file");
    }
    EXPECT_THAT((*plain)[1].place, testing::EndsWith("a.jsonl:3"));
}

TEST(Readers, faultsNameFileAndRow)
{
    const TemporaryFolder folder;
    EXPECT_THAT(refusal(folder.write("gold.jsonl", row(1) + row(2, R"(,"gold":"C")"))),
        HasSubstr("gold.jsonl:2, field gold"));
    EXPECT_THAT(refusal(folder.write("json.jsonl", row(1) + "{\"id\":\n")), HasSubstr("json.jsonl:2"));
    EXPECT_THAT(
        refusal(folder.write("nul.jsonl", row(1) + std::string("{}\0x\n", 5))), HasSubstr("nul.jsonl:2"));
    EXPECT_THAT(refusal(folder.write("twice.jsonl", row(1) + row(1))), HasSubstr("twice.jsonl:2, field id"));
    EXPECT_THAT(refusal(folder.write("empty.jsonl", "\n")), HasSubstr("holds no samples"));
    EXPECT_THAT(refusal(folder.write("table.csv", row(1))), HasSubstr("msrl-jsonl"));
    EXPECT_THAT(refusal(folder.path() / "gone.jsonl"), HasSubstr("not found"));
    EXPECT_THAT(refusal(folder.path()), HasSubstr("data format"));
}

TEST(Readers, aCutArchiveIsNotAShortFile)
{
    const TemporaryFolder folder;
    std::string text;
    for (int i = 0; i < 500; ++i)
        text += row(i);
    const std::string whole = gzipped(folder, text);
    for (const std::size_t size : { whole.size() / 2, whole.size() - 4 })
        EXPECT_THAT(refusal(folder.write("cut.jsonl.gz", whole.substr(0, size))), HasSubstr("cut.jsonl.gz"));
}

TEST(Readers, aNamedFormatNeedsNoExtension)
{
    const TemporaryFolder folder;
    const auto path = folder.write("rows.txt", row(1));
    EXPECT_TRUE(loadSamples(path, { .format = "msrl-jsonl" }).ok());
    EXPECT_FALSE(loadSamples(path, { .format = "parchment" }).ok());
}

} // namespace
} // namespace msrl::data
