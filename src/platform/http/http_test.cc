// The small HTTP client, against a server of Python's.
#include <gtest/gtest.h>

#include <fstream>

#include "platform/http/fetch.h"
#include "platform/http/response.h"
#include "platform/http/url.h"
#include "platform/network_namespace.h"
#include "platform/temporary_folder.h"

namespace esplanade::platform {
namespace {

using State = ResponseReader::State;

TEST(HttpUrl, is_taken_apart) {
  const auto url = parse_http_url("HTTP://crl.example.org:8080/ca/root.crl?x=1#part").value();
  EXPECT_EQ(url.host, "crl.example.org");
  EXPECT_EQ(url.port, 8080);
  EXPECT_EQ(url.target, "/ca/root.crl?x=1");
  EXPECT_EQ(url.authority, "crl.example.org:8080");
}

TEST(HttpUrl, has_a_port_and_a_path_of_its_own_accord) {
  const auto url = parse_http_url("http://[2001:db8::1]").value();
  EXPECT_EQ(url.host, "2001:db8::1");
  EXPECT_EQ(url.port, 80);
  EXPECT_EQ(url.target, "/");
  EXPECT_EQ(parse_http_url("http://h?q")->target, "/?q");
}

TEST(HttpUrl, is_refused_where_it_could_change_the_request) {
  for (const auto* text :
       {"https://h/", "ldap://h/", "http://", "http:///x", "http://h:0/", "http://h:99999/",
        "http://h:8x/", "http://u@h/", "http://h/a b", "http://h/\r\nX: y", "http://[::1/", ""}) {
    EXPECT_FALSE(parse_http_url(text)) << text;
  }
}

TEST(HttpUrl, follows_where_a_redirect_leads) {
  const auto base = parse_http_url("http://a:81/x").value();
  EXPECT_EQ(resolve_http_url(base, "/y")->authority, "a:81");
  EXPECT_EQ(resolve_http_url(base, "/y")->target, "/y");
  EXPECT_EQ(resolve_http_url(base, "http://b/z")->host, "b");
  EXPECT_EQ(resolve_http_url(base, "//b/z")->host, "b");
  EXPECT_FALSE(resolve_http_url(base, "https://b/z"));
  EXPECT_FALSE(resolve_http_url(base, ""));
}

/// What a reader makes of `text`, given in pieces of `piece` octets and then ended.
auto read(std::string_view text, std::size_t piece, std::size_t max_body = 100) -> ResponseReader {
  ResponseReader reader(max_body);
  for (std::size_t i = 0; i < text.size(); i += piece) {
    reader.take(core::as_view(text.substr(i, piece)));
  }
  reader.end();
  return reader;
}

void expect_body(std::string_view text, std::string_view body) {
  for (const auto piece : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
    const auto reader = read(text, piece);
    EXPECT_EQ(reader.state(), State::complete) << text;
    EXPECT_TRUE(std::ranges::equal(reader.response().body, core::as_view(body))) << text;
    EXPECT_EQ(reader.response().status, 200U);
  }
}

TEST(ResponseReader, reads_a_body_by_its_length_by_chunks_or_until_the_end) {
  expect_body("HTTP/1.1 200 OK\r\ncontent-length:  5 \r\n\r\nhello", "hello");
  expect_body("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "");
  expect_body("HTTP/1.0 200 OK\r\n\r\nhello", "hello");
  expect_body(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
      "hello");
}

TEST(ResponseReader, refuses_what_is_cut_or_no_http) {
  for (const auto* text :
       {"", "HTTP/1.1 200 OK\r\n", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhell", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    EXPECT_EQ(read(text, 7).state(), State::malformed) << text;
  }
}

TEST(ResponseReader, stops_at_its_bound_however_the_body_is_framed) {
  const std::string body(101, 'x');
  for (const auto& head :
       {std::string("HTTP/1.1 200 OK\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffff\r\n")}) {
    EXPECT_EQ(read(head + body, 50).state(), State::too_long) << head;
  }
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x'), 1000).state(),
            State::too_long);
}

/// A server on 127.0.0.1:8080 for as long as the object lives.
struct FetchTest : testing::Test {
  void serve(const std::string& handler) {
    const auto script = folder.make("server.py", R"(import http.server, sys, time
class H(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a): pass
    def say(self, code, body=b'', **fields):
        self.send_response(code)
        for name, value in fields.items(): self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
)" + handler + R"(
s = http.server.HTTPServer(('127.0.0.1', 8080), H)
print('ready', flush=True)
s.serve_forever()
)");
    server = ::popen(("exec python3 " + script + " 2>/dev/null").c_str(), "re");
    std::array<char, 16> line{};
    if (std::fgets(line.data(), line.size(), server) == nullptr) throw std::runtime_error("server");
  }
  ~FetchTest() override {
    if (server == nullptr) return;
    (void)fetch({"http://127.0.0.1:8080/stop", {}, {}}, {});
    ::pclose(server);
  }

  NetworkNamespace network;
  TemporaryFolder folder;
  FILE* server = nullptr;
};

constexpr auto handler = R"(
    def do_GET(self):
        if self.path == '/stop': import os; os._exit(0)
        if self.path == '/file': return self.say(200, self.headers['Host'].encode())
        if self.path == '/once': return self.say(302, Location='/file')
        if self.path == '/twice': return self.say(302, Location='/once')
        if self.path == '/large': return self.say(200, bytes(2 << 20))
        if self.path == '/slow': time.sleep(0.5)
        self.say(404)
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        self.say(200, self.headers['Content-Type'].encode() + b' ' + body)
)";

auto text_of(const std::expected<core::Bytes, std::string>& answer) -> std::string {
  if (!answer) return answer.error();
  return {reinterpret_cast<const char*>(answer->data()), answer->size()};
}

TEST_F(FetchTest, gets_posts_and_follows_one_redirect) {
  serve(handler);
  const std::string base = "http://127.0.0.1:8080";

  EXPECT_EQ(text_of(fetch({base + "/file", {}, {}}, {})), "127.0.0.1:8080");
  EXPECT_EQ(text_of(fetch({base + "/once", {}, {}}, {})), "127.0.0.1:8080");
  const auto body = core::as_view("question");
  EXPECT_EQ(
      text_of(fetch({base + "/", "application/ocsp-request", {body.begin(), body.end()}}, {})),
      "application/ocsp-request question");
}

TEST_F(FetchTest, says_why_it_has_nothing) {
  serve(handler);
  const std::string base = "http://127.0.0.1:8080";
  const auto said = [&](const std::string& url, FetchLimits limits = {}) {
    return text_of(fetch({url, {}, {}}, limits));
  };

  EXPECT_EQ(said(base + "/none"), "cannot fetch " + base + "/none: the answer is 404");
  EXPECT_EQ(said(base + "/twice"), "cannot fetch " + base + "/twice: the answer is 302");
  EXPECT_EQ(said(base + "/large"), "cannot fetch " + base + "/large: the answer is too long");
  EXPECT_EQ(said(base + "/slow", {.time = std::chrono::milliseconds(100)}),
            "cannot fetch " + base + "/slow: it took too long");
  EXPECT_NE(said("http://127.0.0.1:8081/").find("Connection refused"), std::string::npos);
  EXPECT_EQ(said("https://h/"), "cannot fetch https://h/: it is not an http URL");
}

}  // namespace
}  // namespace esplanade::platform
