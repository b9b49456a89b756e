// The first scenarios of the language, word for word.
#pragma once

namespace layerlab::sim::scenario::examples {

// clang-format off
inline constexpr const char* classroom =
    R"lab(title "Thirty pupils on one switch"
let pupils = 30
switch sw
router gw 10.0.0.1/16
link gw sw
for i in 1..pupils {
  pc pc{i} 10.0.1.{i}/16
  link pc{i} sw
}
pc1$ ping -c 3 pc{pupils}
expect output "3 packets transmitted, 3 received"
expect 1 at gw: arp.opcode == 1
)lab";

inline constexpr const char* home_network =
    R"lab(title "A home network: DHCP, DNS, NAT, and one blocked port"
seed 7

laptop amy
phone  bob
switch sw
router gw
server web 203.0.113.80/24
server ns  203.0.113.53/24
switch isp

link amy sw
link bob sw       delay 3ms loss 1%
link sw  gw.lan
link gw.wan isp   rate 50Mbps delay 10ms
link web isp
link ns  isp

amy mac 52:54:00:12:34:56
amy dhcp
bob dhcp
gw {
  lan 192.168.1.1/24
  wan 203.0.113.1/24
  serve dhcp lan 192.168.1.100-192.168.1.150 lease 1h dns 203.0.113.53
  nat lan -> wan
  block tcp from lan to any port 22
}
ns serve dns example.org {
  www A 203.0.113.80
  www AAAA 2001:db8::80
}
web serve http { "/" "hello" }
web serve tcp 22 echo

after amy has address
amy$ curl http://www.example.org/
expect output "hello"
amy$ nc -z -w 2 www.example.org 22
expect fails

expect amy has address in 192.168.1.0/24
expect bob reaches www.example.org within 20s
expect some at gw.wan: ip.src == 203.0.113.1 and tcp.dstport == 80
expect none at gw.wan: ip.src in {192.168.0.0/16}
)lab";

inline constexpr const char* nslookup_and_dig =
    R"lab(title "Asking for a name, and for the name of an address"
server desk 192.0.2.10/24 dns 192.0.2.53
server ns 192.0.2.53/24
switch sw
link desk sw
link ns sw
ns serve dns example.com { www 155 A 192.0.2.100 }
ns serve dns 2.0.192.in-addr.arpa { 100 PTR www.example.com }

desk$ nslookup www.example.com
| Server:		192.0.2.53
| Address:	192.0.2.53#53
|
| Name:	www.example.com
| Address: 192.0.2.100

desk$ dig www.example.com
| ...
| ;; Got answer:
| ;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: ...
| ;; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: ...
| ...
| ;; QUESTION SECTION:
| ;www.example.com.		IN	A
|
| ;; ANSWER SECTION:
| www.example.com.	155	IN	A	192.0.2.100
| ...
| ;; SERVER: 192.0.2.53#53(192.0.2.53)...
| ...

desk$ host www.example.com
| www.example.com has address 192.0.2.100
desk$ host 192.0.2.100
| 100.2.0.192.in-addr.arpa domain name pointer www.example.com.
)lab";

inline constexpr const char* ping =
    R"lab(host pc1 pc2
link pc1 pc2
pc1$ ping -c 1 pc2
expect output "1 packets transmitted, 1 received, 0% packet loss"
expect 1: arp.opcode == 1
expect 2: icmp
)lab";

inline constexpr const char* real_laptop =
    R"lab(# layerlab run --real real-laptop.lab
title "A real Linux namespace behind a modelled home router"
linux amy dhcp
switch sw
router gw
server web 203.0.113.80/24
server ns 203.0.113.53/24
switch isp
link amy sw
link sw gw.lan
link gw.wan isp delay 5ms
link web isp
link ns isp
gw {
  lan 192.168.1.1/24
  wan 203.0.113.1/24
  serve dhcp lan 192.168.1.100-192.168.1.150 dns 203.0.113.53
  nat lan -> wan
}
ns serve dns example.org { www A 203.0.113.80 }
ns serve dns 113.0.203.in-addr.arpa { 80 PTR www.example.org }
web serve http { "/" "hello" }
after amy has address
amy$ curl -s http://www.example.org/
| hello
amy$ dig +short -x 203.0.113.80
| www.example.org.
amy$ ping -c 2 203.0.113.80
expect output "2 received, 0% packet loss"
)lab";

inline constexpr const char* replay =
    R"lab(title "A real capture played into a modelled network"
server web 10.9.0.2/24
switch sw
capture old "http.pcap" map 10.0.0.1 -> web, 10.0.0.2 -> 10.9.0.9
link web sw
link old sw
web serve http { "/" "hello" }
at 0s old replay speed 10
expect some at web: http.request.uri == "/big.txt"
expect some at web: http.response.code == 200
expect 2 at web: http.response.code == 404
)lab";

inline constexpr const char* all[] = {classroom, home_network, nslookup_and_dig, ping, real_laptop, replay};
// clang-format on

}  // namespace layerlab::sim::scenario::examples
