// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/node_types.h"
#include "engine/stages/executor.h"
#include "engine/stages/inputs.h"

#include <gtest/gtest.h>

namespace msrl::stages {
namespace {

// A dataset node's parameters as the node type fills them in, with some of them changed.
base::Json paramsOf(const base::Json& changed)
{
    base::Json params = base::Json::object();
    for (const curriculum::FieldSpec& field : curriculum::findNodeType("dataset")->fields)
        params[field.name] = field.defaultValue;
    params.update(changed);
    return params;
}

TEST(LoadDataset, readsTheFormatThatTheNodeNames)
{
    const std::filesystem::path folder = std::filesystem::path(MSRL_TEST_DATA) / "readers";
    const char* file = "rationale_free_data_sample.json";
    const auto samples
        = loadDataset(paramsOf({ { "path", file }, { "format", "gram" }, { "limit", 1 } }), folder);
    ASSERT_TRUE(samples) << samples.error().message();
    ASSERT_EQ(samples->size(), 1U);
    EXPECT_EQ(samples->front().responseB, "No idea.");
    EXPECT_TRUE(loadDataset(paramsOf({ { "path", file } }), folder)); // by its name
    // Our own rows are what *.jsonl is taken for otherwise.
    EXPECT_FALSE(loadDataset(paramsOf({ { "path", "swift.jsonl" } }), folder));
}

TEST(LoadDataset, theContentHashReadsTheSameFormat)
{
    const std::filesystem::path folder = std::filesystem::path(MSRL_TEST_DATA) / "readers";
    const auto hash = contentHasher(folder);
    const base::Json text = paramsOf({ { "path", "rationale_free_data_sample.json" }, { "format", "gram" } });
    const auto known = hash(curriculum::FieldContent::DataFile, { "rationale_free_data_sample.json", text });
    ASSERT_TRUE(known) << known.error().message();
    const base::Json other
        = paramsOf({ { "path", "rationale_free_data_sample.json" }, { "format", "ms-swift" } });
    EXPECT_FALSE(hash(curriculum::FieldContent::DataFile, { "rationale_free_data_sample.json", other }));
}

} // namespace
} // namespace msrl::stages
