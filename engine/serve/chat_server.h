// SPDX-License-Identifier: GPL-3.0-or-later
// HTTP on the loopback interface: POST /v1/chat/completions and GET /v1/models, each with the token.
// Connections are served by threads of their own; the judge runs in the thread that calls run().
#pragma once

#include "engine/serve/chat_request.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace msrl::serve {

struct ServerOptions
{
    int port = 0; // 0: any free one
    std::string token;
    std::string model; // the name that replies show
};

inline constexpr std::size_t kMostWaiting = 64; // requests; a further one gets 503
inline constexpr std::size_t kMostAtOnce = 32; // requests handed to the judge together
inline constexpr std::size_t kMostBodyBytes = std::size_t { 128 } << 20;

// Answers requests in order, one result for each.
using Answerer = std::function<std::vector<base::Result<ChatReply>>(
    const std::vector<ChatRequest>& requests, std::stop_token stop)>;

class ChatServer
{
public:
    // Listens. BadInput when the port is taken.
    static base::Result<std::unique_ptr<ChatServer>> start(const ServerOptions& options);
    ~ChatServer();

    int port() const;
    // Answers until the token stops; requests that still wait then get 503.
    void run(const Answerer& answerer, std::stop_token stop);
    // Wakes run(); safe from any thread.
    void wake();

private:
    class Impl;
    explicit ChatServer(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> m_impl;
};

} // namespace msrl::serve
