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
        { errorOf(entry("[4611686018427387904,4]", "[0,0]"), 0), "does not fit" },
        { errorOf(entry("[2]", "[0,8]", "F4"), 8), "F4" },
        { errorOf(entry("\"2\"", "[0,8]"), 8), "shape" },
        { errorOf(R"({"a":{"dtype":"F32","shape":[2]}})", 8), "data_offsets" },
        { errorOf("[]", 0), "not a JSON object" },
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
