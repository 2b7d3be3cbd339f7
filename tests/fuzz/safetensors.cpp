// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/safetensors.h"

#include "targets.h"

#include <sys/mman.h>
#include <unistd.h>

#include <string>

namespace msrl::fuzz {
namespace {

constexpr std::string_view kWords[]
    = { "\"dtype\":", "\"shape\":", "\"data_offsets\":", "\"__metadata__\":", "\"F64\"", "\"F32\"",
          "\"BF16\"", "\"F8_E4M3\"", "\"U64\"", "\"BOOL\"", "[0,0]", "9223372036854775807", "-1", "{}", "[]",
          "null", "18446744073709551615", "1e400" };

// A file in memory that has a path.
class MemoryFile
{
public:
    explicit MemoryFile(std::string_view bytes)
        : m_fd(::memfd_create("fuzz", MFD_CLOEXEC))
    {
        require(m_fd >= 0, "a file in memory can be made");
        require(::write(m_fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
            "it can be written");
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() { ::close(m_fd); }

    std::string path() const { return "/proc/self/fd/" + std::to_string(m_fd); }

private:
    int m_fd;
};

// An accepted file's tensors lie inside it one behind the other, and every byte of them can be read.
void run(std::string_view bytes)
{
    const MemoryFile memory(bytes);
    const auto file = model::SafetensorsFile::open(memory.path());
    if (!file) {
        require(!file.error().what.empty(), "a refusal says why");
        return;
    }
    std::uint64_t at = 0;
    std::uint64_t sum = 0;
    for (const model::TensorEntry& entry : file->entries()) {
        require(entry.begin == at && entry.end >= entry.begin, "tensors lie one behind the other");
        at = entry.end;
        require(file->find(entry.name) == &entry, "a tensor is found by its name");
        const at::Tensor view = file->view(entry);
        require(view.nbytes() == entry.end - entry.begin, "a tensor has the bytes of its range");
        require(view.numel() == entry.numElements(), "a tensor has the elements of its shape");
        const auto* data = static_cast<const unsigned char*>(view.const_data_ptr());
        for (std::size_t i = 0; i < view.nbytes(); ++i)
            sum += data[i];
        file->release(entry);
        require(view.nbytes() == 0 || data[0] == static_cast<const unsigned char*>(view.const_data_ptr())[0],
            "released bytes can be read again");
    }
    require(at <= bytes.size(), "tensors lie inside the file");
    require(sum <= 255 * at, "bytes are bytes");
}

} // namespace

const Target kSafetensors { "safetensors", run, kWords };

} // namespace msrl::fuzz
