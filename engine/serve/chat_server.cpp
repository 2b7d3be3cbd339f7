// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/serve/chat_server.h"

#include "engine/serve/chat_stream.h"
#include "engine/serve/token.h"

#include <fmt/format.h>
#include <httplib.h>

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

namespace msrl::serve {

namespace {

constexpr const char* kHost = "127.0.0.1";
constexpr const char* kJson = "application/json";

using Answer = base::Result<ChatReply>;

struct Job
{
    ChatRequest request;
    std::promise<Answer> answer;
    std::shared_ptr<ChatStream> stream = nullptr; // takes the answer in place of the promise

    void end(Answer reply)
    {
        if (stream)
            stream->end(std::move(reply));
        else
            answer.set_value(std::move(reply));
    }
};

void setError(httplib::Response& response, int status, const std::string& message)
{
    const char* type = status == 401 ? "authentication_error"
        : status < 500               ? "invalid_request_error"
                                     : "server_error";
    response.status = status;
    response.set_content(errorJson(message, type).dump(), kJson);
}

base::Json modelJson(const std::string& name)
{
    return { { "id", name }, { "object", "model" }, { "created", 0 }, { "owned_by", "local" } };
}

int statusOf(const base::Error& error)
{
    switch (error.code) {
    case base::ErrorCode::BadInput:
        return 400;
    case base::ErrorCode::Stopped:
        return 503;
    case base::ErrorCode::Failed:
        break;
    }
    return 500;
}

} // namespace

class ChatServer::Impl
{
public:
    explicit Impl(ServerOptions options)
        : m_options(std::move(options))
    {
        m_server.set_payload_max_length(kMostBodyBytes);
        // Not the library's SO_REUSEPORT: two servers, or anybody's program, would share the port unseen.
        m_server.set_socket_options([](socket_t socket) {
            const int yes = 1;
            ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
        });
        // A thread waits with each request; the others answer who may not wait.
        m_server.new_task_queue
            = [] { return std::make_unique<httplib::ThreadPool>(kMostWaiting + 8).release(); };
        // Nothing is said, not even which paths there are, to who does not show the token.
        m_server.set_pre_routing_handler(
            [this](const httplib::Request& request, httplib::Response& response) {
                if (showsToken(request.get_header_value("Authorization"), m_options.token))
                    return httplib::Server::HandlerResponse::Unhandled;
                setError(response, 401, "the token is missing or wrong (header Authorization: Bearer TOKEN)");
                return httplib::Server::HandlerResponse::Handled;
            });
        m_server.Get("/v1/models", [this](const httplib::Request&, httplib::Response& response) {
            const base::Json list
                = { { "object", "list" }, { "data", base::Json::array({ modelJson(m_options.model) }) } };
            response.set_content(list.dump(), kJson);
        });
        m_server.Get("/v1/models/(.+)", [this](const httplib::Request& request, httplib::Response& response) {
            const std::string name = request.matches[1];
            if (name == m_options.model)
                response.set_content(modelJson(name).dump(), kJson);
            else
                setError(response, 404, fmt::format("the model served is '{}'", m_options.model));
        });
        m_server.Post(
            "/v1/chat/completions", [this](const httplib::Request& request, httplib::Response& response) {
                chat(request, response);
            });
        m_server.set_error_handler([](const httplib::Request& request, httplib::Response& response) {
            if (response.body.empty())
                setError(response, response.status,
                    fmt::format("{} {} is not served", request.method, request.path));
        });
    }

    ~Impl()
    {
        refuseWaiting();
        m_server.stop();
        if (m_listener.joinable())
            m_listener.join();
    }

    base::Status listen()
    {
        m_port = m_options.port;
        if (m_options.port == 0)
            m_port = m_server.bind_to_any_port(kHost);
        else if (!m_server.bind_to_port(kHost, m_options.port))
            m_port = -1;
        if (m_port <= 0)
            return base::badInput(fmt::format("port {} cannot be listened on", m_options.port), "--port",
                "another program may have it; 0 takes any free one");
        m_listener = std::jthread([this] { m_server.listen_after_bind(); });
        while (!m_server.is_running()) // stop() does nothing before
            std::this_thread::yield();
        return {};
    }

    int port() const { return m_port; }

    void run(const Answerer& answerer, const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            std::vector<Job> jobs = take(stop);
            std::vector<ChatRequest> requests;
            for (Job& job : jobs)
                requests.push_back(std::move(job.request));
            if (jobs.empty())
                continue;
            std::vector<Answer> answers;
            try {
                answers = answerer(requests, stop);
            } catch (...) { // threads wait for these: the server could not even end
                for (Job& job : jobs)
                    job.end(base::failed("the judge has failed", "request"));
                throw;
            }
            for (std::size_t i = 0; i < jobs.size(); ++i)
                jobs[i].end(std::move(answers[i]));
        }
        refuseWaiting();
    }

    void wake()
    {
        const std::lock_guard lock(m_mutex);
        m_changed.notify_all();
    }

private:
    std::vector<Job> take(const std::stop_token& stop)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return stop.stop_requested() || !m_waiting.empty(); });
        std::vector<Job> jobs;
        while (!m_waiting.empty() && jobs.size() < kMostAtOnce) {
            jobs.push_back(std::move(m_waiting.front()));
            m_waiting.pop_front();
        }
        return jobs;
    }

    void refuseWaiting()
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
        for (Job& job : m_waiting)
            job.end(base::stopped("the server is ending"));
        m_waiting.clear();
    }

    // Nothing when the queue takes no more.
    std::optional<std::future<Answer>> enqueue(
        ChatRequest request, const std::shared_ptr<ChatStream>& stream = nullptr)
    {
        const std::lock_guard lock(m_mutex);
        if (m_closed || m_waiting.size() >= kMostWaiting)
            return std::nullopt;
        m_waiting.push_back({ std::move(request), {}, stream });
        m_changed.notify_all();
        return m_waiting.back().answer.get_future();
    }

    void chat(const httplib::Request& request, httplib::Response& response)
    {
        auto asked = readChatRequest(request.body);
        if (!asked)
            return setError(response, 400, asked.error().message());
        if (asked->stream)
            return answerInPieces(std::move(*asked), response);
        const bool logprobs = asked->logprobs;
        auto future = enqueue(std::move(*asked));
        if (!future)
            return setError(response, 503, "too many requests are waiting");
        const Answer answer = future->get();
        if (!answer)
            return setError(response, statusOf(answer.error()), answer.error().message());
        response.set_content(replyJson(*answer, logprobs, m_options.model)
                                 .dump(-1, ' ', false, base::Json::error_handler_t::replace),
            kJson);
    }

    void answerInPieces(ChatRequest asked, httplib::Response& response)
    {
        const auto writer = std::make_shared<ChunkWriter>(asked.logprobs, asked.streamUsage, m_options.model);
        const auto stream = std::make_shared<ChatStream>();
        asked.onPiece = [stream](const ChatPiece& piece) { return stream->push(piece); };
        if (!enqueue(std::move(asked), stream))
            return setError(response, 503, "too many requests are waiting");
        // A refusal has its status with or without a stream, so the headers wait for the first words.
        const auto taken = std::make_shared<ChatStream::Taken>(stream->take());
        if (taken->end && !*taken->end && taken->pieces.empty())
            return setError(response, statusOf(taken->end->error()), taken->end->error().message());
        response.set_header("Cache-Control", "no-cache");
        response.set_chunked_content_provider(
            "text/event-stream",
            [stream, writer, taken](std::size_t, httplib::DataSink& sink) {
                const std::string events = writer->events(*taken);
                if (!events.empty() && !sink.write(events.data(), events.size()))
                    return false;
                if (taken->end)
                    sink.done();
                else
                    *taken = stream->take();
                return true;
            },
            [stream](bool) { stream->leave(); });
    }

    ServerOptions m_options;
    httplib::Server m_server;
    int m_port = 0;
    std::jthread m_listener;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Job> m_waiting;
    bool m_closed = false;
};

ChatServer::ChatServer(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}

ChatServer::~ChatServer() = default;

base::Result<std::unique_ptr<ChatServer>> ChatServer::start(const ServerOptions& options)
{
    auto impl = std::make_unique<Impl>(options);
    if (base::Status listening = impl->listen(); !listening)
        return listening.error();
    return std::unique_ptr<ChatServer>(new ChatServer(std::move(impl)));
}

int ChatServer::port() const
{
    return m_impl->port();
}

void ChatServer::run(const Answerer& answerer, std::stop_token stop)
{
    m_impl->run(answerer, stop);
}

void ChatServer::wake()
{
    m_impl->wake();
}

} // namespace msrl::serve
