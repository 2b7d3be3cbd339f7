// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine serve: the judge behind OpenAI's chat schema on the loopback interface.
#include "engine/cli/checks.h"
#include "engine/cli/command.h"
#include "engine/cli/interrupt.h"
#include "engine/cli/judge_options.h"
#include "engine/serve/chat_judge.h"
#include "engine/serve/chat_server.h"
#include "engine/serve/token.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <atomic>
#include <memory>

namespace msrl::cli {

namespace {

struct ServeOptions
{
    JudgeOptions judge;
    int port = 8000;
    std::filesystem::path tokenFile;
    bool json = false;
};

void announce(const ServeOptions& options, const serve::ChatServer& server, const std::string& token)
{
    const std::string url = fmt::format("http://127.0.0.1:{}/v1", server.port());
    const bool shown = options.tokenFile.empty();
    if (options.json) {
        base::Json json = { { "url", url } };
        json[shown ? "token" : "token_file"] = shown ? token : options.tokenFile.string();
        return print(json.dump() + "\n");
    }
    print(fmt::format("{}\n{}: {}\nEnd with Ctrl+C.\n", url, shown ? "token" : "token file",
        shown ? token : options.tokenFile.string()));
}

base::Status run(const ServeOptions& options)
{
    std::atomic<serve::ChatServer*> running { nullptr };
    const Interrupt interrupt([&running] {
        if (serve::ChatServer* server = running.load())
            server->wake();
    });
    const auto token
        = options.tokenFile.empty() ? serve::newToken() : serve::tokenFromFile(options.tokenFile);
    if (!token)
        return token.error();
    const auto judge = openJudge(options.judge);
    if (!judge)
        return judge.error();
    serve::ServerOptions server { options.port, *token,
        std::filesystem::absolute(options.judge.model).lexically_normal().filename().string() };
    if (server.model.empty())
        server.model = "judge";
    const auto listening = serve::ChatServer::start(server);
    if (!listening)
        return listening.error();
    running.store(listening->get());
    announce(options, **listening, *token);
    serve::ChatJudge chat(judge->judge(), judge->settings().maxNewTokens, judge->settings().seed);
    (*listening)
        ->run([&chat](
                  const auto& requests, const std::stop_token& stop) { return chat.answer(requests, stop); },
            interrupt.token());
    running.store(nullptr);
    return {};
}

} // namespace

void addServeCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand(
        "serve", "Answer chat requests in OpenAI's schema on the loopback interface, with a token.");
    const auto options = std::make_shared<ServeOptions>();
    addModelOptions(*command, options->judge, ModelOption::Required);
    command->add_option("--port", options->port, "On 127.0.0.1; 0 takes any free one.")
        ->check(wholeBetween(0, 65535))
        ->capture_default_str();
    command->add_option("--token-file", options->tokenFile,
        "Its line is the token; made when absent. Without it a new token is printed.");
    command->add_flag("--json", options->json, "Say the address as JSON.");
    command->callback([&action, options] { action = [options] { return run(*options); }; });
}

} // namespace msrl::cli
