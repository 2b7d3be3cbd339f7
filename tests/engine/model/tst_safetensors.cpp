// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "engine/model/safetensors.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace msrl::model {
namespace {

namespace fs = std::filesystem;

class Safetensors : public testing::Test
{
protected:
    Safetensors()
    {
        std::string name = (fs::temp_directory_path() / "msrl-XXXXXX").string();
        m_folder = ::mkdtemp(name.data());
    }
    ~Safetensors() override { fs::remove_all(m_folder); }

    fs::path path() const { return m_folder / "x.safetensors"; }

    // The error of a file with this header and so many bytes of data.
    std::string errorOf(const std::string& header, std::size_t dataBytes, std::uint64_t claimed = 0)
    {
        const std::uint64_t size = claimed ? claimed : header.size();
        std::string bytes(sizeof size, '\0');
        std::memcpy(bytes.data(), &size, sizeof size);
        bytes += header + std::string(dataBytes, 'x');
        EXPECT_TRUE(base::writeFileAtomically(path(), bytes));
        const auto file = SafetensorsFile::open(path());
        return file ? "" : file.error().message();
    }

    fs::path m_folder;
};

TEST_F(Safetensors, roundTripKeepsValuesShapesAndFormats)
{
    const at::Tensor a = at::arange(6, at::kFloat).view({ 2, 3 });
    const at::Tensor b = at::arange(4, at::kFloat).to(at::kBFloat16);
    const at::Tensor none = at::empty({ 0, 5 }, at::kFloat);
    ASSERT_TRUE(
        writeSafetensors(path(), { { "a", a.t() }, { "b", b }, { "none", none }, { "n", at::arange(3) } }));
    const auto file = SafetensorsFile::open(path());
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_TRUE(file->view(*file->find("a")).equal(a.t()));
    EXPECT_TRUE(file->view(*file->find("b")).equal(b));
    EXPECT_EQ(file->view(*file->find("none")).sizes(), none.sizes());
    EXPECT_TRUE(file->view(*file->find("n")).equal(at::arange(3)));
    EXPECT_EQ(file->find("c"), nullptr);
    EXPECT_EQ(file->metadata().at("format"), "pt");
}

// Bytes written by hand and what they mean in each format of the specification.
TEST_F(Safetensors, readsEveryFormatOfTheSpecification)
{
    struct Case
    {
        const char* tag;
        std::string bytes; // little endian
        double value;
    };
    using namespace std::string_literals;
    const Case cases[] = { { "F64", "\0\0\0\0\0\0\xf8\xbf"s, -1.5 }, { "F32", "\0\0\xc0\xbf"s, -1.5 },
        { "F16", "\0\xbe"s, -1.5 }, { "BF16", "\xc0\xbf"s, -1.5 }, { "F8_E4M3", "\xbc"s, -1.5 },
        { "F8_E5M2", "\xbe"s, -1.5 }, { "I64", "\xfe\xff\xff\xff\xff\xff\xff\xff"s, -2 },
        { "I32", "\xfe\xff\xff\xff"s, -2 }, { "I16", "\xfe\xff"s, -2 }, { "I8", "\xfe"s, -2 },
        { "U64", "\1\0\0\0\0\1\0\0"s, 1099511627777.0 }, { "U32", "\xfe\xff\xff\xff"s, 4294967294.0 },
        { "U16", "\xfe\xff"s, 65534 }, { "U8", "\xfe"s, 254 }, { "BOOL", "\1"s, 1 } };
    for (const Case& c : cases) {
        const std::string header = R"({"a":{"dtype":")" + std::string(c.tag)
            + R"(","shape":[1],"data_offsets":[0,)" + std::to_string(c.bytes.size()) + "]}}";
        const std::uint64_t size = header.size();
        std::string bytes(reinterpret_cast<const char*>(&size), sizeof size);
        ASSERT_TRUE(base::writeFileAtomically(path(), bytes + header + c.bytes));
        const auto file = SafetensorsFile::open(path());
        ASSERT_TRUE(file) << c.tag << ": " << file.error().message();
        const at::Tensor value = file->view(*file->find("a"));
        EXPECT_EQ(value.to(at::kDouble).item<double>(), c.value) << c.tag;
        // What the writer makes of it is the same file's tensor.
        const fs::path copy = m_folder / "copy.safetensors";
        ASSERT_TRUE(writeSafetensors(copy, { { "a", value } }));
        const auto again = SafetensorsFile::open(copy);
        ASSERT_TRUE(again) << c.tag << ": " << again.error().message();
        EXPECT_EQ(again->find("a")->dtype, value.scalar_type()) << c.tag;
        EXPECT_EQ(again->view(*again->find("a")).to(at::kDouble).item<double>(), c.value) << c.tag;
    }
}

// A header without padding: the numbers begin at an odd address.
TEST_F(Safetensors, readsWhatIsNotAligned)
{
    std::string header = R"({"a":{"dtype":"F64","shape":[64],"data_offsets":[0,512]}})";
    header.append(8 - header.size() % 8 + 1, ' ');
    const std::uint64_t size = header.size();
    std::string bytes(reinterpret_cast<const char*>(&size), sizeof size);
    bytes += header;
    for (int i = 0; i < 64; ++i) {
        const double value = i;
        bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    ASSERT_TRUE(base::writeFileAtomically(path(), bytes));
    const auto file = SafetensorsFile::open(path());
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_TRUE(file->view(*file->find("a")).add(1.0).equal(at::arange(1, 65, at::kDouble)));
}

TEST_F(Safetensors, releasedBytesAreReadAgain)
{
    ASSERT_TRUE(writeSafetensors(path(), { { "a", at::arange(10000, at::kFloat) } }));
    const auto file = SafetensorsFile::open(path());
    const at::Tensor view = file->view(*file->find("a"));
    file->release(*file->find("a"));
    EXPECT_TRUE(view.equal(at::arange(10000, at::kFloat)));
}

TEST_F(Safetensors, viewOutlivesTheFileObject)
{
    ASSERT_TRUE(writeSafetensors(path(), { { "a", at::arange(1000, at::kFloat) } }));
    at::Tensor view;
    {
        const auto file = SafetensorsFile::open(path());
        view = file->view(*file->find("a"));
    }
    EXPECT_TRUE(view.equal(at::arange(1000, at::kFloat)));
}

TEST_F(Safetensors, refusesEveryKindOfDamageWithItsCause)
{
    const auto entry
        = [](const std::string& shape, const std::string& offsets, const std::string& dtype = "F32") {
              return R"({"a":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets
                  + "}}";
          };
    EXPECT_EQ(errorOf(entry("[2]", "[0,8]"), 8), "");
    const std::pair<std::string, std::string> cases[] = {
        { errorOf(entry("[2]", "[0,8]"), 4), "cut off" },
        { errorOf(entry("[2]", "[0,8]"), 12), "4 bytes follow" },
        { errorOf(entry("[2]", "[4,12]"), 12), "has a gap" },
        { errorOf(entry("[2]", "[8,0]"), 8), "not a pair" },
        { errorOf(entry("[2]", "[0]"), 8), "not a pair" },
        { errorOf(entry("[3]", "[0,8]"), 8), "does not fit" },
        { errorOf(entry("[-2]", "[0,8]"), 8), "negative" },
        { errorOf(entry("[4611686018427387904,4]", "[0,0]"), 0), "overflows" },
        { errorOf(entry("[0,4611686018427387904,4]", "[0,0]"), 0), "overflows" },
        { errorOf(entry("[9223372036854775808]", "[0,8]"), 8), "whole number" },
        { errorOf(entry("[1.5]", "[0,8]"), 8), "whole number" },
        { errorOf(entry("[2]", "[0,8]", "f32"), 8), "f32" },
        { errorOf(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}})", 8), "more" },
        { errorOf(R"({"a":[]})", 0), "tensor a" },
        { errorOf(R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},)"
                  R"("a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
              8),
            "\"a\" comes twice" },
        { errorOf(R"({"a":{"dtype":"F32","dtype":"I32","shape":[2],"data_offsets":[0,8]}})", 8),
            "\"dtype\" comes twice" },
        { errorOf(R"({"__metadata__":"pt"})", 0), "__metadata__ is not" },
        { errorOf(R"({"__metadata__":[]})", 0), "__metadata__ is not" },
        { errorOf(" {}", 0), "must begin with {" },
        { errorOf("", 0), "must begin with {" },
        { errorOf("{\"\xff\":1}", 0), "UTF-8" },
        { errorOf(entry("[2]", "[0,8]", "F4"), 8), "F4" },
        { errorOf(entry("\"2\"", "[0,8]"), 8), "shape" },
        { errorOf(R"({"a":{"dtype":"F32","shape":[2]}})", 8), "data_offsets: is missing" },
        { errorOf(R"({"a":{"dtype":"F32","data_offsets":[0,4]}})", 4), "shape: is missing" },
        { errorOf("[]", 0), "not a JSON object" },
        { errorOf("{}{}", 0), "JSON" },
        { errorOf("{\"a\":", 0), "JSON" },
        { errorOf("{}", 0, 1'000'000), "longer than the file" },
        { errorOf("{}", 0, ~std::uint64_t { 0 }), "header of" },
        { errorOf(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                  R"("b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
              12),
            "overlaps" },
        { errorOf(R"({"__metadata__":{"a":1}})", 0), "not a string" },
    };
    for (const auto& [message, cause] : cases)
        EXPECT_NE(message.find(cause), std::string::npos) << "'" << message << "' should say " << cause;
    ASSERT_TRUE(base::writeFileAtomically(path(), "short"));
    EXPECT_FALSE(SafetensorsFile::open(path()));
    EXPECT_FALSE(SafetensorsFile::open(m_folder / "none"));
}

} // namespace
} // namespace msrl::model
