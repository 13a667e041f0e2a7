//! The crate seen from outside: one binary, one module for each module it looks at.

mod access;
mod clients;
mod contract;
mod fixtures;
mod hostile;
mod http;
mod invariants;
mod kit;
mod manual;
mod replay;
mod report;
mod support;
mod tls;
mod transcript;
mod transcript_har;

#[path = "families/access_key.rs"]
mod access_key;
#[path = "families/account.rs"]
mod account;
#[path = "families/api_access_policy.rs"]
mod api_access_policy;
#[path = "families/api_access_rule.rs"]
mod api_access_rule;
#[path = "families/api_log.rs"]
mod api_log;
#[path = "families/ca.rs"]
mod ca;
#[path = "families/catalog.rs"]
mod catalog;
#[path = "families/client_gateway.rs"]
mod client_gateway;
#[path = "families/dedicated_group.rs"]
mod dedicated_group;
#[path = "families/dhcp_option.rs"]
mod dhcp_option;
#[path = "families/direct_link.rs"]
mod direct_link;
#[path = "families/direct_link_interface.rs"]
mod direct_link_interface;
#[path = "families/flexible_gpu.rs"]
mod flexible_gpu;
#[path = "families/image.rs"]
mod image;
#[path = "families/internet_service.rs"]
mod internet_service;
#[path = "families/keypair.rs"]
mod keypair;
#[path = "families/listener.rs"]
mod listener;
#[path = "families/load_balancer.rs"]
mod load_balancer;
#[path = "families/load_balancer_policy.rs"]
mod load_balancer_policy;
#[path = "families/nat_service.rs"]
mod nat_service;
#[path = "families/net.rs"]
mod net;
#[path = "families/net_access_point.rs"]
mod net_access_point;
#[path = "families/net_peering.rs"]
mod net_peering;
#[path = "families/nic.rs"]
mod nic;
#[path = "families/policy.rs"]
mod policy;
#[path = "families/product_type.rs"]
mod product_type;
#[path = "families/public_ip.rs"]
mod public_ip;
#[path = "families/quota.rs"]
mod quota;
#[path = "families/region.rs"]
mod region;
#[path = "families/route_table.rs"]
mod route_table;
#[path = "families/security_group.rs"]
mod security_group;
#[path = "families/security_group_rule.rs"]
mod security_group_rule;
#[path = "families/seeded.rs"]
mod seeded;
#[path = "families/server_certificate.rs"]
mod server_certificate;
#[path = "families/snapshot.rs"]
mod snapshot;
#[path = "families/subnet.rs"]
mod subnet;
#[path = "families/subregion.rs"]
mod subregion;
#[path = "families/tables.rs"]
mod tables;
#[path = "families/tag.rs"]
mod tag;
#[path = "families/task.rs"]
mod task;
#[path = "families/user.rs"]
mod user;
#[path = "families/user_group.rs"]
mod user_group;
#[path = "families/virtual_gateway.rs"]
mod virtual_gateway;
#[path = "families/vm.rs"]
mod vm;
#[path = "families/vm_group.rs"]
mod vm_group;
#[path = "families/vm_template.rs"]
mod vm_template;
#[path = "families/volume.rs"]
mod volume;
#[path = "families/vpn_connection.rs"]
mod vpn_connection;
