// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/parallel/join.h"

#include "engine/parallel/mpi_communicator.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace msrl::parallel {

namespace {

int numberIn(const char* variable)
{
    const char* value = std::getenv(variable);
    int number = -1;
    if (value) {
        const std::string_view text(value);
        std::from_chars(text.data(), text.data() + text.size(), number);
    }
    return number;
}

} // namespace

int ranksOfLauncher()
{
    // mpirun; srun, whose batch script itself has SLURM_NTASKS but is no task of a step; MPICH's mpirun.
    for (const char* variable : { "OMPI_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS", "PMI_SIZE" })
        if (const int count = numberIn(variable); count > 0)
            return count;
    return 1;
}

int numberOnMachine()
{
    for (const char* variable : { "OMPI_COMM_WORLD_LOCAL_RANK", "SLURM_LOCALID", "MPI_LOCALRANKID" })
        if (const int number = numberIn(variable); number >= 0)
            return number;
    return 0;
}

base::Result<std::unique_ptr<ExchangeCommunicator>> joinRanks(std::chrono::seconds patience)
{
    const int expected = ranksOfLauncher();
    if (expected == 1)
        return std::unique_ptr<ExchangeCommunicator>();
    auto ranks = MpiCommunicator::start(patience);
    if (!ranks)
        return ranks.error();
    if ((*ranks)->size() != expected)
        return base::badInput(
            fmt::format("the launcher started {} processes, but MPI sees {}", expected, (*ranks)->size()),
            "ranks", "start with Open MPI's mpirun, or srun --mpi=pmix");
    return std::unique_ptr<ExchangeCommunicator>(*std::move(ranks));
}

} // namespace msrl::parallel
