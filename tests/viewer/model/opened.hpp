// A scenario opened in a session, simulated to its end.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include "tests/source_dir.hpp"
#include "viewer/model/session.hpp"

namespace layerlab::viewer {

inline proto::Result<std::string> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return proto::fail(path + " cannot be read");
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

struct Opened {
    explicit Opened(const std::string& text, const std::string& path = "test.lab")
        : files{read_file, nullptr, nullptr, nullptr}, session(simulate(path, text, files), files) {
        session.finish();
    }
    static Opened scenario(const std::string& name) {
        const std::string path = std::string(tests::source_dir) + "/scenarios/" + name;
        return Opened(read_file(path).value_or(""), path);
    }

    NodeId node(const std::string& name) const {
        const auto& devices = session.trace().topology().devices;
        for (NodeId n = 0; n < devices.size(); ++n)
            if (devices[n].name == name) return n;
        return sim::no_node;
    }
    const Tables& tables(const std::string& device, Time t) const {
        return session.tables()->at(node(device), t, session.trace().names());
    }
    // An empty one when the device has none of that kind then.
    Table table(const std::string& device, TableId id, Time t) const {
        for (const Table& table : tables(device, t))
            if (table.id == id) return table;
        return {};
    }
    Time end() const { return session.trace().end(); }

    Files files;
    Session session;
};

inline Time at(Duration d) { return proto::time_at(0) + d; }

}  // namespace layerlab::viewer
