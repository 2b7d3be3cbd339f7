// SPDX-License-Identifier: GPL-3.0-or-later
// What this machine can do at best, measured with the threads that are set: the limits that figures stand
// beside.
#pragma once

namespace msrl::speed {

struct MachineLimits
{
    double gemmFlops = 0; // FLOP/s of a float32 matrix product of 2048 × 2048
    double readBytes = 0; // B/s that can be read from memory
};

// Median of `repeats` turns after one to warm up; about a second each.
MachineLimits measureMachine(int repeats);

} // namespace msrl::speed
