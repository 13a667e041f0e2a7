//! The catalogue of API errors: code, type and HTTP status of each, and how a [`Fault`] is made
//! from one.
//!
//! A rule names an entry and says what is wrong; the envelope is written elsewhere. The names
//! are the vendor's own where it has published them. Codes marked "assumed" in the rule that
//! uses them are the most plausible entry for a situation nobody has measured.

use serde_json::{Value, json};

/// One error the API knows.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// The number that goes on the wire as a string.
    pub code: u16,
    /// The vendor's name for it.
    pub name: &'static str,
    /// The `Type` on the wire.
    pub kind: &'static str,
    /// The HTTP status.
    pub status: u16,
}

impl Entry {
    /// A fault of this entry whose `Details` say what is wrong.
    pub fn says(&'static self, details: impl Into<String>) -> Fault {
        Fault {
            entry: self,
            details: details.into().into_boxed_str(),
            reason: None,
        }
    }

    /// A fault of this entry with empty `Details`, as the cloud sends for some codes.
    pub fn silent(&'static self) -> Fault {
        self.says("")
    }
}

/// A refusal: an entry of the catalogue and the facts of the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    entry: &'static Entry,
    details: Box<str>,
    reason: Option<&'static str>,
}

impl Fault {
    /// With what the answer does not say, for the author of a test.
    pub fn because(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }

    /// What the answer does not say.
    pub fn reason(&self) -> Option<&'static str> {
        self.reason
    }

    /// What the catalogue says of it.
    pub fn entry(&self) -> &'static Entry {
        self.entry
    }

    /// What is wrong, for a person.
    pub fn details(&self) -> &str {
        &self.details
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.entry.status
    }

    /// The API's error envelope, with `Code` as a string.
    pub fn envelope(&self, request_id: &str) -> Value {
        json!({
            "Errors": [{
                "Code": self.entry.code.to_string(),
                "Type": self.entry.kind,
                "Details": self.details,
            }],
            "ResponseContext": { "RequestId": request_id },
        })
    }
}

const fn entry(code: u16, name: &'static str, kind: &'static str, status: u16) -> Entry {
    Entry {
        code,
        name,
        kind,
        status,
    }
}
const fn denied(code: u16, name: &'static str, status: u16) -> Entry {
    entry(code, name, "AccessDenied", status)
}
const fn value(code: u16, name: &'static str) -> Entry {
    entry(code, name, "InvalidParameterValue", 400)
}
const fn missing(code: u16, name: &'static str) -> Entry {
    entry(code, name, "MissingParameter", 400)
}
const fn resource(code: u16, name: &'static str) -> Entry {
    entry(code, name, "InvalidResource", 400)
}
// assumed: the status, where none was recorded.
const fn state(code: u16, name: &'static str) -> Entry {
    entry(code, name, "InvalidState", 409)
}
const fn conflict(code: u16, name: &'static str) -> Entry {
    entry(code, name, "ResourceConflict", 409)
}
// assumed: the status; and the spelling of the type, of which two are around.
const fn quota(code: u16, name: &'static str) -> Entry {
    entry(code, name, "TooManyResources (QuotaExceeded)", 400)
}
const fn dependency(code: u16, name: &'static str, status: u16) -> Entry {
    entry(code, name, "DependencyProblem", status)
}

macro_rules! catalogue {
    ($($name:ident = $make:ident($code:literal, $text:literal $(, $more:expr)*);)*) => {
        $(#[doc = concat!("`", $code, "` ", $text, ".")]
        pub const $name: &Entry = &$make($code, $text $(, $more)*);)*

        /// Every entry, by code.
        pub const CATALOGUE: &[&Entry] = &[$($name),*];
    };
}

catalogue! {
    AUTHENTICATION_FAILED = denied(1, "authentication-failed", 401);
    METHOD_NOT_ALLOWED = denied(2, "http-method-not-allowed", 405);
    UNAUTHORIZED_OPERATION = denied(4, "unauthorized-operation", 403);
    WRONG_SCHEME_FOR_OPERATION = entry(9, "auth-failure", "AuthFailure", 401);
    UNKNOWN_SCHEME = denied(12, "unknown-authentication-scheme", 401);
    LOCKED_OUT = denied(13, "temporary-brute-force-lock", 401);
    UNMATCHED_ACCESS_RULES = denied(14, "unmatched-api-access-rules", 401);
    THROTTLED = denied(25, "operation-throttled-per-call", 429);
    // assumed: the project's own number; the cloud has no word for what a fake leaves out.
    NOT_SERVED = entry(501, "not-served", "OperationNotSupported", 501);
    CLIENT_GATEWAY_IN_USE = dependency(1001, "client-gateway-has-dependencies", 424);
    NET_HAS_PUBLIC_IPS = dependency(1004, "net-has-mapped-public-ips", 409);
    NET_HAS_LOAD_BALANCERS = dependency(1005, "net-has-load-balancers", 409);
    GATEWAY_NOT_LINKED = dependency(1007, "gateway-not-linked", 424);
    NET_HAS_NAT_SERVICES = dependency(1018, "net-has-nat-services", 409);
    UNKNOWN_PARAMETER_TYPE = entry(3019, "invalid-parameter-type", "InvalidParameterType", 400);
    NO_SUCH_ACCESS_KEY = value(4000, "access-keys-not-found");
    BUCKET_NOT_FOUND = value(4002, "bucket-not-found");
    INVALID_TENANCY = value(4007, "instance-invalid-tenancy");
    INVALID_BGP_ASN = value(4010, "invalid-asn-range");
    INVALID_BLOCK_DEVICE_MAPPING = value(4011, "invalid-bdm");
    INVALID_BLOCK_SIZE = value(4014, "invalid-block-size");
    INVALID_CIDR_SIZE = value(4015, "invalid-cidr-size");
    INVALID_COUNT = value(4018, "invalid-count");
    INVALID_DEVICE = value(4019, "invalid-device-name");
    INVALID_EMAIL = value(4020, "invalid-email-address");
    INVALID_END_PORT = value(4021, "invalid-end-port");
    INVALID_FILTER = value(4023, "invalid-filter");
    INVALID_HOST_PATTERN = value(4024, "invalid-host-pattern");
    INVALID_ID = value(4025, "invalid-id");
    INVALID_IMAGE_NAME = value(4026, "invalid-image-name");
    INVALID_BACKEND_PORT = value(4028, "invalid-instance-port");
    INVALID_IOPS = value(4029, "invalid-iops");
    INVALID_IP_RANGE = value(4030, "invalid-ip-address");
    INVALID_PUBLIC_KEY = value(4032, "invalid-key");
    INVALID_KEY_SIZE = value(4033, "invalid-key-size");
    INVALID_KEYPAIR_NAME = value(4035, "invalid-keypair-name");
    INVALID_LOAD_BALANCER_NAME = value(4036, "invalid-lb-name");
    INVALID_LOAD_BALANCER_PORT = value(4037, "invalid-lb-port");
    INVALID_NAME = value(4043, "invalid-name");
    INVALID_PARAMETER = value(4045, "invalid-parameter");
    INVALID_PARAMETER_SET = value(4046, "invalid-parameter-set");
    INVALID_PARAMETER_VALUE = value(4047, "invalid-parameter-value");
    INVALID_PATH_PATTERN = value(4049, "invalid-path-pattern");
    INVALID_PERMISSION_FORMAT = value(4050, "invalid-permission-format");
    INVALID_PORT_RANGE = value(4051, "invalid-port-specification");
    INVALID_PROTOCOL = value(4053, "invalid-protocol");
    INVALID_PROTOCOL_LAYER = value(4054, "invalid-protocol-layer");
    INVALID_RANGE = value(4056, "invalid-range");
    INVALID_ROOT_MAPPING = value(4057, "invalid-root-mapping");
    INVALID_RULE_ACTION = value(4058, "invalid-rule-action");
    INVALID_RULE_NAME = value(4059, "invalid-rule-name");
    INVALID_LOAD_BALANCER_TYPE = value(4060, "invalid-scheme");
    INVALID_START_PORT = value(4064, "invalid-start-port");
    INVALID_COOKIE_NAME = value(4065, "invalid-sticky-policy-cookie_name");
    INVALID_COOKIE_EXPIRATION = value(4066, "invalid-sticky-policy-expiration");
    INVALID_STICKY_POLICY_NAME = value(4067, "invalid-sticky-policy-name");
    INVALID_TAG_KEY = value(4069, "invalid-tag-key");
    INVALID_TAG_VALUE = value(4071, "invalid-tag-value-length");
    INVALID_TYPE = value(4073, "invalid-type");
    INVALID_URL_FORMAT = value(4075, "invalid-url-format");
    INVALID_VIRTUAL_NAME = value(4076, "invalid-virtual-name");
    INVALID_VOLUME_SIZE = value(4078, "invalid-volume-size");
    INVALID_VPN_PROPAGATION = value(4079, "invalid-vpn-propagation");
    INVALID_VPN_TYPE = value(4080, "invalid-vpn-type");
    SEVERAL_STICKY_POLICIES = value(4085, "multiple-sticky-policies-forbidden");
    NETWORK_MISMATCH = value(4086, "network-mismatch");
    TOKEN_MISMATCH = value(4091, "token-mismatch");
    INVALID_DOCUMENT = value(4095, "validation-error");
    INVALID_CERTIFICATE_ORN = value(4097, "wrong-certificate-orn");
    INVALID_PUBLICATION_INTERVAL = value(4099, "wrong-emit-interval");
    CERTIFICATE_WITHOUT_TLS = value(4102, "wrong-protocol-for-ssl");
    INVALID_ID_PREFIX = value(4104, "invalid-id-prefix");
    MALFORMED_ID = value(4105, "malformed-id");
    INVALID_LENGTH = value(4106, "invalid-parameter-value-length");
    WRONG_JSON_TYPE = value(4108, "invalid-parameter-type");
    PAGE_TOKEN_EXPIRED = value(4116, "next-page-token-expired");
    PAGE_TOKEN_INVALID = value(4117, "next-page-token-invalid");
    UNKNOWN_ACCESS_KEY = value(4120, "authentication-exception");
    SMALLER_THAN_SNAPSHOT = value(4125, "volume-smaller-than-snapshot");
    INVALID_IPV4 = value(4133, "invalid-ipv4-address");
    // assumed: the name; the number was seen.
    INVALID_ACCESS_RULE = value(4177, "invalid-api-access-rule");
    // assumed: the name; the number was measured.
    SAME_NETS = value(4199, "invalid-accepter-net");
    INVALID_IOPS_RATIO = value(4202, "invalid-iops-size-ratio");
    INVALID_SNAPSHOT_SIZE = value(4203, "invalid-snapshot-size");
    // assumed: the name; the number was seen.
    PATH_WITHOUT_HTTP = value(4212, "health-check-path-without-http");
    NO_SUCH_INTERNET_SERVICE = resource(5001, "gateway-does-not-exist");
    NO_SUCH_NIC_LINK = resource(5007, "no-such-attachment");
    NO_SUCH_SUBREGION = resource(5009, "no-such-az");
    NO_SUCH_CALL = entry(5011, "no-such-call", "InvalidResource", 404);
    NO_SUCH_SERVER_CERTIFICATE = resource(5012, "no-such-certificate");
    NO_SUCH_CLIENT_GATEWAY = resource(5015, "no-such-customer-gateway");
    NO_SUCH_DHCP_OPTIONS = resource(5018, "no-such-dhcpoptions");
    NO_SUCH_SECURITY_GROUP = resource(5020, "no-such-group");
    NO_SUCH_SECURITY_GROUP_NAME = resource(5021, "no-such-group-in-public-cloud");
    NO_SUCH_SECURITY_GROUP_IN_NET = resource(5022, "no-such-group-in-vpc");
    NO_SUCH_IMAGE = resource(5023, "no-such-image");
    NO_SUCH_VM_TYPE = resource(5024, "no-such-instance-type");
    NO_SUCH_IP = resource(5025, "no-such-ip");
    NO_SUCH_PUBLIC_IP_LINK = resource(5026, "no-such-ip-association");
    NO_SUCH_LISTENER = resource(5028, "no-such-listener");
    NO_SUCH_LISTENER_RULE = resource(5029, "no-such-listener-rule");
    NO_SUCH_LOAD_BALANCER = resource(5030, "no-such-load-balancer");
    NO_SUCH_NAT_SERVICE = resource(5032, "no-such-nat-gateway");
    NO_SUCH_NET_ACCESS_POINT = resource(5034, "no-such-network-endpoint");
    NO_SUCH_NET_PEERING = resource(5035, "no-such-networklink");
    NO_SUCH_NIC = resource(5036, "no-such-nic");
    NO_SUCH_SERVICE = resource(5040, "no-such-prefix-list");
    NO_SUCH_REGION = resource(5043, "no-such-region");
    NO_SUCH_RESOURCE = resource(5044, "no-such-resource");
    NO_SUCH_ROUTE_TABLE = resource(5046, "no-such-route-table");
    NO_SUCH_ROUTE_TABLE_LINK = resource(5047, "no-such-rtb-assoc");
    NO_SUCH_DEDICATED_GROUP = resource(5050, "no-such-servergroup");
    NO_SUCH_SITE = resource(5052, "no-such-site");
    NO_SUCH_SNAPSHOT = resource(5054, "no-such-snapshot");
    NO_SUCH_VPN_ROUTE = resource(5055, "no-such-static-route");
    NO_SUCH_STICKY_POLICY = resource(5056, "no-such-sticky-policy");
    NO_SUCH_SUBNET = resource(5057, "no-such-subnet");
    NO_SUCH_TASK = resource(5058, "no-such-task");
    NO_SUCH_USER_GROUP = resource(5060, "no-such-user-group");
    NO_SUCH_VM = resource(5063, "no-such-vm");
    NO_SUCH_VOLUME = resource(5064, "no-such-volume");
    NO_SUCH_NET = resource(5065, "no-such-vpc");
    NO_SUCH_VPN_CONNECTION = resource(5067, "no-such-vpn-connection");
    NO_SUCH_VIRTUAL_GATEWAY = resource(5068, "no-such-vpn-gateway");
    NO_SUCH_KEYPAIR = resource(5071, "no-such-keypair");
    NO_SUCH_DIRECT_LINK = resource(5072, "no-such-connection");
    NO_SUCH_DIRECT_LINK_INTERFACE = resource(5073, "no-such-interface");
    NO_SUCH_FLEXIBLE_GPU = resource(5074, "no-such-gpu-reservation");
    NO_SUCH_USER = resource(5075, "no-such-user");
    NO_SUCH_PUBLIC_IP = resource(5080, "no-such-allocation");
    NO_SUCH_MEMBER = resource(5098, "no-such-member");
    INVALID_IMAGE_STATE = state(6001, "invalid-image-state");
    INVALID_STATE = state(6003, "invalid-state");
    INVALID_STATE_TRANSITION = state(6004, "invalid-state-transition");
    INVALID_VM_STATE = state(6006, "invalid-vm-state");
    INVALID_VOLUME_STATE = entry(6007, "invalid-volume-state", "InvalidVolumeState", 409);
    INVALID_VIRTUAL_GATEWAY_STATE = state(6008, "invalid-vpg-state");
    INVALID_VPN_STATE = state(6009, "invalid-vpn-connection-state");
    MISSING_IP_OR_LINK = missing(7006, "missing-ip-or-association");
    // assumed: an invented number of the right family; no missing parameter but 7006 was ever seen.
    MISSING_PARAMETER = missing(7999, "missing-parameter");
    // assumed: the number, the type and the status.
    DELETION_PROTECTED = entry(8018, "deletion-protected", "OperationNotSupported", 400);
    // assumed: an invented number of the right family.
    NOT_SUPPORTED = entry(8999, "operation-not-supported", "OperationNotSupported", 400);
    BUSY = conflict(9002, "busy");
    DEVICE_CONFLICT = conflict(9003, "device-conflict");
    DEVICE_IN_USE = conflict(9004, "device-in-use");
    DUPLICATE_RULE = conflict(9005, "duplicate-cidr");
    DUPLICATE_EMAIL = conflict(9007, "duplicate-email-address");
    DUPLICATE_GROUP_NAME = conflict(9008, "duplicate-group");
    DUPLICATE_INTERFACE = conflict(9010, "duplicate-interface");
    DUPLICATE_KEYPAIR = conflict(9011, "duplicate-key");
    DUPLICATE_LISTENER = conflict(9012, "duplicate-listener");
    DUPLICATE_LOAD_BALANCER = conflict(9013, "duplicate-loadbalancer-name");
    DUPLICATE_NAME = conflict(9015, "duplicate-name");
    DUPLICATE_STICKY_POLICY = conflict(9021, "duplicate-sticky-policy-name");
    DUPLICATE_USER_NAME = conflict(9022, "duplicate-username");
    DUPLICATE_VLAN = conflict(9023, "duplicate-vlan");
    GATEWAY_ALREADY_LINKED = conflict(9024, "gateway-is-already-attached");
    GATEWAY_NOT_LINKED_TO_NET = conflict(9026, "gateway-is-not-attached");
    VIRTUAL_GATEWAY_NOT_LINKED = conflict(9027, "gateway-not-attached");
    GROUP_EXISTS = conflict(9028, "group-already-exists");
    ADDRESS_IN_USE = conflict(9031, "locked-address");
    SEVERAL_APPLICATION_POLICIES = conflict(9034, "multiple-app-sticky-policies-forbidden");
    SEVERAL_BALANCER_POLICIES = conflict(9035, "multiple-lb-sticky-policies-forbidden");
    ACCESS_POINT_EXISTS = conflict(9038, "network-endpoint-already-exists");
    VM_NEVER_STARTED = conflict(9039, "never-started");
    OUTSIDE_NET = conflict(9044, "not-in-vpc-block");
    SUBNET_NOT_PUBLIC = conflict(9045, "not-public-subnet");
    PRIORITY_IN_USE = conflict(9047, "priority-already-in-use");
    RESERVED_BLOCK = conflict(9050, "reserved-block");
    RESERVED_GROUP = conflict(9051, "reserved-group");
    ROUTE_EXISTS = conflict(9052, "route-already-exists");
    NO_SUCH_ROUTE = conflict(9053, "route-does-not-exist");
    DUPLICATE_LISTENER_RULE = conflict(9054, "rule-name-already-in-use");
    STICKY_POLICY_ENABLED = conflict(9055, "sticky-policy-enabled-with-listeners");
    STICKY_POLICY_NEEDS_HTTP = conflict(9056, "sticky-policy-only-with-http-https");
    SUBNET_CONFLICT = conflict(9058, "subnet-conflict");
    SUBNET_IS_LINKED = conflict(9059, "subnet-is-associated");
    VOLUME_NOT_IN_USE = conflict(9063, "volume-not-in-use");
    NET_ALREADY_LINKED = conflict(9065, "vpc-already-attached");
    PEERING_EXISTS = conflict(9067, "vpc-peering-connection-already-exists");
    VPN_NOT_STATIC = conflict(9068, "vpn-connection-is-not-static");
    VPN_EXISTS = conflict(9069, "vpnc-conflict");
    SUBREGION_MISMATCH = conflict(9071, "zone-mismatch");
    VM_SPECS_MISMATCH = conflict(9072, "vm-specs-mismatch");
    GROUP_IN_USE = conflict(9085, "group-in-use");
    // assumed: the name; the number was seen.
    SNAPSHOT_IN_USE = conflict(9094, "snapshot-in-use");
    SUBNET_IN_USE = conflict(9095, "subnet-in-use");
    NET_IN_USE = conflict(9097, "vpc-in-use");
    INSUFFICIENT_CAPACITY = entry(10001, "insufficient-capacity", "InsufficientCapacity", 409);
    TOO_MANY_ACCESS_KEYS = quota(10005, "too-many-accesskeys");
    TOO_MANY_ACCOUNTS = quota(10006, "too-many-accounts-created");
    TOO_MANY_CONCURRENT_SNAPSHOTS = quota(10008, "too-many-concurrent-snapshots");
    TOO_MANY_VMS = quota(10010, "too-many-instances");
    TOO_MANY_PUBLIC_IPS = quota(10011, "too-many-ips");
    TOO_MANY_LISTENER_RULES = quota(10012, "too-many-listener-rules");
    TOO_MANY_LISTENERS = quota(10013, "too-many-listeners");
    TOO_MANY_LOAD_BALANCERS = quota(10014, "too-many-load-balancers");
    TOO_MANY_RULES = quota(10017, "too-many-sg-rules");
    TOO_MANY_VOLUMES = quota(10018, "too-many-volumes");
    TOO_MANY_PRIVATE_IPS = quota(10021, "too-many-private-ips");
    TOO_MANY_NETS = quota(10022, "too-many-vpcs");
    TOO_MANY_INTERNET_SERVICES = quota(10023, "too-many-igws");
    TOO_LARGE_VOLUMES = quota(10024, "too-much-volume-size");
    TOO_MANY_IOPS = quota(10025, "too-many-iops");
    TOO_MANY_SNAPSHOTS = quota(10026, "too-many-snapshots");
    TOO_MANY_CLIENT_GATEWAYS = quota(10027, "too-many-cgws");
    TOO_MANY_DIRECT_LINKS = quota(10028, "too-many-connections");
    TOO_MANY_CORES = quota(10029, "too-many-cores");
    TOO_MANY_GPUS = quota(10030, "too-many-gpu");
    TOO_MANY_DIRECT_LINK_INTERFACES = quota(10031, "too-many-interfaces");
    TOO_MANY_NAT_SERVICES = quota(10032, "too-many-nat-gateways");
    TOO_MANY_NET_ACCESS_POINTS = quota(10033, "too-many-network-endpoints");
    TOO_MANY_PEERING_REQUESTS = quota(10034, "too-many-networklink-requests");
    TOO_MANY_PEERINGS = quota(10035, "too-many-networklinks");
    TOO_MANY_GROUPS_OF_A_NIC = quota(10036, "too-many-nic-sgs");
    TOO_MANY_ROUTE_TABLES = quota(10037, "too-many-rtbs");
    TOO_MANY_SECURITY_GROUPS = quota(10038, "too-many-sgs");
    TOO_MANY_STATIC_ROUTES = quota(10040, "too-many-static-routes");
    TOO_MANY_TAGS = quota(10041, "too-many-tags");
    TOO_MUCH_MEMORY = quota(10042, "too-much-memory");
    TOO_MANY_DEDICATED_GROUPS = quota(10044, "too-many-bypass-group");
    TOO_LARGE_DEDICATED_GROUP = quota(10045, "too-much-bypass-group-size");
    // assumed: an invented number of the right family, for quotas whose code is not published.
    QUOTA_EXCEEDED = quota(10999, "quota-exceeded");
}

#[cfg(test)]
mod tests {
    use super::CATALOGUE;

    #[test]
    fn codes_ascend_and_are_unique() {
        assert!(CATALOGUE.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
