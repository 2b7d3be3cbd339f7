// SPDX-License-Identifier: GPL-3.0-or-later
// Who is at the other end of a local socket.
#pragma once

namespace msrl::base {

// The process that made the other end of the Unix-domain socket runs as this user or as root. The kernel says
// so; the modes of files and folders are another matter.
bool isTrustedPeer(int socket);

} // namespace msrl::base
