// SPDX-License-Identifier: GPL-3.0-or-later
// How the CUDA plug-in is found, checked and asked, with doubles of it.
#include "core/base/version.h"
#include "engine/device/cuda_plugin.h"
#include "engine/device/device.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace msrl::device {
namespace {

std::string fileOf(const std::string& name)
{
    return std::string(MSRL_CUDA_PLUGINS) + "/libcuda_plugin_" + name + ".so";
}

class CudaPluginTest : public testing::Test
{
protected:
    void TearDown() override { ::unsetenv("MSRL_CUDA_PLUGIN"); }
    void use(const std::string& file) { ::setenv("MSRL_CUDA_PLUGIN", file.c_str(), 1); }

    // Refused before work, in one line that has all of this.
    template <class Value>
    void expectRefused(const base::Result<Value>& result, const std::vector<std::string>& parts)
    {
        ASSERT_FALSE(result.ok());
        EXPECT_EQ(result.error().code, base::ErrorCode::BadInput);
        const std::string message = result.error().message();
        for (const std::string& part : parts)
            EXPECT_NE(message.find(part), std::string::npos) << message << "\nlacks " << part;
        EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    }
};

} // namespace

TEST_F(CudaPluginTest, isRefusedWhenMissingOrNoPlugin)
{
    expectRefused(loadCudaPlugin(), { "libmsrl_cuda.so", "beside msrl-engine", "choose cpu" });
    expectRefused(openNamedDevice("cuda"), { "libmsrl_cuda.so" });
    use("/nowhere/libmsrl_cuda.so");
    expectRefused(openNamedDevice("cuda:1"), { "/nowhere/libmsrl_cuda.so", "no such file" });
    const std::string text = testing::TempDir() + "not_a_library.so";
    std::ofstream(text) << "text";
    expectRefused(loadCudaPlugin(text), { text, "cannot be loaded" });
    expectRefused(loadCudaPlugin(fileOf("no_entry")), { "no CUDA plug-in of msrl-engine" });
}

TEST_F(CudaPluginTest, isRefusedWhenOfAnotherVersion)
{
    expectRefused(
        loadCudaPlugin(fileOf("old_version")), { "version 0.0.9", base::kVersion, "build both together" });
    expectRefused(loadCudaPlugin(fileOf("other_abi")), { "interface 99", "interface 1" });
}

TEST_F(CudaPluginTest, saysThatThereIsNoDriver)
{
    use(fileOf("no_driver"));
    expectRefused(openNamedDevice("cuda"), { "no NVIDIA driver" });
}

TEST_F(CudaPluginTest, givesEachProcessADeviceOfItsOwn)
{
    use(fileOf("two_devices")); // of which cuda:0 does not start
    const c10::Device any = *parseDevice("cuda"), second = *parseDevice("cuda:1");
    EXPECT_EQ(openDevice(second)->index(), 1);
    EXPECT_EQ(openDevice(any, { 1, 2 })->index(), 1);
    expectRefused(openDevice(any, { 0, 2 }), { "cuda:0 does not start" });
    expectRefused(openDevice(any), { "cuda:0 does not start" });
    expectRefused(openDevice(any, { 2, 3 }), { "3 ranks", "2 CUDA devices" });
    expectRefused(openDevice(second, { 0, 2 }), { "cannot share cuda:1" });
    expectRefused(openDevice(*parseDevice("cuda:2")), { "no cuda:2", "2 CUDA devices" });
    EXPECT_TRUE(openDevice(c10::kCPU, { 4, 5 })->is_cpu());
}

TEST_F(CudaPluginTest, tellsTheMemoryOfADevice)
{
    const auto plugin = loadCudaPlugin(fileOf("two_devices"));
    ASSERT_TRUE(plugin.ok());
    EXPECT_EQ((*plugin)->memory(1)->usedBytes, std::uint64_t { 1 } << 30);
    EXPECT_EQ((*plugin)->memory(1)->totalBytes, std::uint64_t { 80 } << 30);
    EXPECT_TRUE(cudaMemory().empty()) << "there is no plug-in beside the tests";
    use(fileOf("two_devices"));
    EXPECT_EQ(cudaMemory().size(), 2U);
    use(fileOf("no_driver"));
    EXPECT_TRUE(cudaMemory().empty());
}

} // namespace msrl::device
