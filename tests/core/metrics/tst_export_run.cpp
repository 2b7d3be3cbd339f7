// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/metrics/event_file.h"
#include "core/metrics/export_files.h"
#include "core/metrics/export_run.h"
#include "core/store/run_folder.h"
#include "core/store/run_store.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <limits>

namespace msrl::metrics {
namespace {
namespace fs = std::filesystem;

class ExportRun : public testing::Test
{
protected:
    void SetUp() override
    {
        const base::Result<store::RunClaim> claim = store::claimRunFolder(run(), {});
        ASSERT_TRUE(claim);
        base::Result<store::RunStore> store = store::RunStore::open(claim->folder().runDatabase());
        ASSERT_TRUE(store);
        const double nan = std::numeric_limits<double>::quiet_NaN();
        for (const store::MetricRow& row : rows(nan))
            ASSERT_TRUE(store->append(row));
    }

    static std::vector<store::MetricRow> rows(double nan)
    {
        return { { 0, "2a", 1, "reward", "", 0.1, 1000 }, { 0, "2a", 1, "reward", "new", 0.25, 1000 },
            { 0, "2a", 2, "reward", "", nan, 2500 }, { 0, "3, last", 1, "kl", "", 1e-20, 4000 } };
    }

    fs::path run() const { return m_folder.path() / "run"; }
    fs::path out() const { return m_folder.path() / "out"; }
    std::size_t numEntries() const
    {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(m_folder.path()), fs::directory_iterator()));
    }
    std::string read(const fs::path& file) const
    {
        const base::Result<std::string> text = base::readFile(file);
        return text ? *text : text.error().message();
    }

    tests::TemporaryFolder m_folder;
};

TEST_F(ExportRun, csvHoldsEveryPointInOrder)
{
    const base::Result<std::int64_t> written = exportRun(run(), ExportFormat::Csv, out());
    ASSERT_TRUE(written) << written.error().message();
    EXPECT_EQ(*written, 4);
    EXPECT_EQ(read(out()),
        "stage,step,name,source,value,time_ms\n"
        "2a,1,reward,,0.1,1000\n"
        "2a,1,reward,new,0.25,1000\n"
        "2a,2,reward,,nan,2500\n"
        "\"3, last\",1,kl,,1e-20,4000\n");
}

TEST_F(ExportRun, jsonGroupsPointsBySeries)
{
    ASSERT_TRUE(exportRun(run(), ExportFormat::Json, out()));
    const base::Result<base::Json> json = base::parseJson(read(out()), "out");
    ASSERT_TRUE(json) << json.error().message();
    const base::Json expected = base::Json::parse(R"({"series": [
        {"stage": "2a", "name": "reward", "source": "", "steps": [1, 2], "values": [0.1, null], "times_ms": [1000, 2500]},
        {"stage": "2a", "name": "reward", "source": "new", "steps": [1], "values": [0.25], "times_ms": [1000]},
        {"stage": "3, last", "name": "kl", "source": "", "steps": [1], "values": [1e-20], "times_ms": [4000]}]})");
    EXPECT_EQ(*json, expected);
}

TEST_F(ExportRun, eventFilesAreOnePerStageAndSource)
{
    ASSERT_TRUE(exportRun(run(), ExportFormat::TensorBoard, out()));
    EXPECT_EQ(read(out() / "2a" / "new" / "events.out.tfevents.0000000001.msrl"),
        eventRecord(fileVersionEvent(1)) + eventRecord(scalarEvent({ 1, 1, "reward", 0.25 })));
    EXPECT_EQ(read(out() / "3%2C%20last" / "events.out.tfevents.0000000004.msrl"),
        eventRecord(fileVersionEvent(4)) + eventRecord(scalarEvent({ 4, 1, "kl", 1e-20 })));
}

TEST_F(ExportRun, neverOverwritesAndLeavesNothingBehind)
{
    ASSERT_TRUE(base::writeFileAtomically(out(), "mine"));
    for (const ExportFormat format : { ExportFormat::Csv, ExportFormat::Json, ExportFormat::TensorBoard }) {
        const base::Result<std::int64_t> refused = exportRun(run(), format, out());
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, base::ErrorCode::BadInput);
    }
    EXPECT_EQ(read(out()), "mine");
    EXPECT_FALSE(exportRun(m_folder.path(), ExportFormat::Csv, m_folder.path() / "other"));
    EXPECT_FALSE(exportRun(run(), ExportFormat::Csv, m_folder.path() / "nowhere" / "other"));
    EXPECT_EQ(numEntries(), 2U); // the run and "out"
}

TEST(FolderName, staysInItsFolderAndIsUnique)
{
    EXPECT_EQ(folderName("evaluate:sft_1"), "evaluate:sft_1");
    EXPECT_EQ(folderName("../a/b"), "%2E.%2Fa%2Fb");
    EXPECT_NE(folderName("a b"), folderName("a%20b"));
}

} // namespace
} // namespace msrl::metrics
