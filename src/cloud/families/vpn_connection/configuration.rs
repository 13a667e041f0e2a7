//! The text that tells the owner of a client gateway how to set it up.
//!
//! assumed: that it is XML, by lineage, and every element of it; recordings hide the text.

use super::super::client_gateway::CLIENT_GATEWAY;
use super::super::virtual_gateway::VIRTUAL_GATEWAY;
use super::{KEY, VPN_CONNECTION};
use crate::cloud::State;
use crate::cloud::object::Fields;

/// Writes the configuration of a connection anew.
pub(super) fn write(state: &mut State, id: &str) {
    let text = text(state, id).unwrap_or_default();
    state.edit(VPN_CONNECTION, id, |vpn| {
        vpn.body.put("ClientGatewayConfiguration", text);
    });
}

fn text(state: &State, id: &str) -> Option<String> {
    let vpn = state.get(VPN_CONNECTION, id)?;
    let client = state.get(CLIENT_GATEWAY, vpn.body.text(CLIENT_GATEWAY.id))?;
    let options = vpn.body.object("VpnOptions");
    let phase = options.and_then(|options| options.object("Phase2Options"));
    let key = phase.and_then(|phase| phase.some_text("PreSharedKey"));
    let key = key.unwrap_or_else(|| vpn.notes.text(KEY));
    let inside = options.map_or("", |options| options.text("TunnelInsideIpRange"));
    let mut tunnels = vpn.body.objects("VgwTelemetries");
    let outside = tunnels.next().map_or("", |it| it.text("OutsideIpAddress"));
    let leaf = |name: &str, text: &str| format!("<{name}>{}</{name}>\n", escaped(text));
    let asn = client.body.int("BgpAsn").unwrap_or_default().to_string();
    let routing = match vpn.body.flag("StaticRoutesOnly") {
        Some(true) => leaf("static_routes_only", "true"),
        _ => leaf("bgp_asn", &asn),
    };
    let tunnel = [
        leaf("client_address", client.body.text("PublicIp")),
        leaf("outscale_address", outside),
        match inside {
            "" => String::new(),
            inside => leaf("inside_range", inside),
        },
        leaf("pre_shared_key", key),
        routing,
    ];
    Some(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<vpn_connection id=\"{id}\">\n{}{}{}\
         <ipsec_tunnel>\n{}</ipsec_tunnel>\n</vpn_connection>\n",
        leaf("customer_gateway_id", &client.id),
        leaf("vpn_gateway_id", vpn.body.text(VIRTUAL_GATEWAY.id)),
        leaf("vpn_connection_type", vpn.body.text("ConnectionType")),
        tunnel.concat(),
    ))
}

fn escaped(text: &str) -> String {
    let escaped = text.replace('&', "&amp;");
    escaped.replace('<', "&lt;").replace('>', "&gt;")
}
