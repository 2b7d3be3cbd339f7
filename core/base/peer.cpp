// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/peer.h"

#include <sys/socket.h>
#include <unistd.h>

namespace msrl::base {

bool isTrustedPeer(int socket)
{
    ucred peer {};
    socklen_t size = sizeof peer;
    return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0
        && (peer.uid == ::getuid() || peer.uid == 0);
}

} // namespace msrl::base
