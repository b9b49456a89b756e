// A place on this machine that looks like a machine of its own: network, mount, process, host name and IPC namespaces,
// and a user namespace where the kernel lets us have one. Its network has nothing but the TAP interfaces that it is
// given; its programs see the file system read-only, apart from private folders that vanish (/tmp, /run, ...), do not
// see anybody's home, and can never gain a privilege. Everything in it ends when the Sandbox goes, and when this
// process ends in whatever way.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "capture/descriptor.hpp"
#include "proto/base/address.hpp"
#include "proto/base/bytes.hpp"
#include "proto/base/result.hpp"

namespace layerlab::capture {

class Sandbox {
  public:
    struct Interface {
        std::string name;
        proto::MacAddress mac;
        unsigned mtu = 1500;
    };
    struct File {
        std::string path;  // /etc/..., which must exist, or anything below /run
        std::string contents;
    };
    struct Settings {
        std::string name;  // of the host
        std::vector<Interface> interfaces;
        std::vector<File> files;
    };
    struct Events {
        std::function<void(std::uint64_t program, int status)> ended;  // 128 and the number of a signal that ended it
        std::function<void(const std::string& addresses)> addresses;   // see interface_addresses.hpp
    };

    // Fails without the right to make namespaces, with what would help.
    static proto::Result<Sandbox> open(const Settings& settings);

    // Frames of the interfaces: see tap.hpp. In the order of Settings::interfaces.
    const std::vector<Descriptor>& taps() const { return taps_; }

    // Runs a line by /bin/sh, its standard output and error going to `output`. The caller names the program.
    proto::Result<void> run(std::uint64_t program, const std::string& line, const Descriptor& output);
    // The same on a terminal, which becomes its own.
    proto::Result<void> run_on_terminal(std::uint64_t program, const std::string& line, const Descriptor& terminal);
    // To the program and what it has started.
    void signal(std::uint64_t program, int number);

    // Readable when there is something to hear.
    int descriptor() const { return control_.get(); }
    // Hears what there is, without waiting; false when the sandbox has ended by itself.
    bool hear(const Events& events);

  private:
    proto::Result<void> ask_to_run(std::uint64_t program, const std::string& line, int descriptor, bool terminal);

    Descriptor control_;
    std::vector<Descriptor> taps_;
};

}  // namespace layerlab::capture
