//! The codes with which a broker says no, of both versions of MQTT, in words.

use crate::mqtt::Version;

/// One code.
pub(super) struct Code {
    /// As MQTT 5.0 sends it (table 2-6).
    pub(super) number: u8,
    /// As the standard calls it.
    pub(super) name: &'static str,
    /// In English.
    pub(super) en: Said,
    /// In Korean.
    pub(super) ko: Said,
}

/// A code in one language.
pub(super) struct Said {
    /// Continues "The broker refused the connection: ".
    pub(super) reason: &'static str,
    /// What to do about it.
    pub(super) advice: &'static str,
}

/// The code's row; `None` if the standard of that version does not know it.
pub(super) fn code(version: Version, number: u8) -> Option<&'static Code> {
    // The five return codes of 3.1.1 (table 3.1) have the same meaning as these of 5.0.
    let number = match (version, number) {
        (Version::V311, 1) => 0x84,
        (Version::V311, 2) => 0x85,
        (Version::V311, 3) => 0x88,
        (Version::V311, 4) => 0x86,
        (Version::V311, 5) => 0x87,
        (Version::V311, _) => return None,
        (Version::V5, number) => number,
    };
    CODES.iter().find(|code| code.number == number)
}

const fn row(
    number: u8,
    name: &'static str,
    en: (&'static str, &'static str),
    ko: (&'static str, &'static str),
) -> Code {
    Code {
        number,
        name,
        en: Said {
            reason: en.0,
            advice: en.1,
        },
        ko: Said {
            reason: ko.0,
            advice: ko.1,
        },
    }
}

/// Every code that a broker may send in CONNACK, DISCONNECT, SUBACK, UNSUBACK, PUBACK, PUBREC or PUBCOMP to say that
/// something is not as asked.
pub(super) const CODES: &[Code] = &[
    row(
        0x00,
        "Normal disconnection",
        (
            "it said goodbye in order",
            "Somebody may have stopped it, or ended this client.",
        ),
        (
            "정상 종료",
            "누군가 브로커를 멈췄거나 이 클라이언트를 끊었을 수 있습니다.",
        ),
    ),
    row(
        0x10,
        "No matching subscribers",
        ("nobody listens", "No client has subscribed to this topic."),
        ("수신자 없음", "이 토픽을 구독하는 클라이언트가 없습니다."),
    ),
    row(
        0x11,
        "No subscription existed",
        (
            "there was no such subscription",
            "Nothing was subscribed to under this filter.",
        ),
        ("구독이 없었음", "이 필터로 구독한 것이 없습니다."),
    ),
    row(
        0x80,
        "Unspecified error",
        (
            "it gives no reason",
            "The broker's log says more; for a topic filter it usually means that it is not allowed.",
        ),
        (
            "사유를 밝히지 않음",
            "브로커 로그에 자세한 내용이 있습니다. 토픽 필터라면 대개 권한이 없는 것입니다.",
        ),
    ),
    row(
        0x81,
        "Malformed Packet",
        (
            "it could not read what this page sent",
            "A proxy in between may alter the data; otherwise set the MQTT version to 3.1.1 only.",
        ),
        (
            "이 페이지가 보낸 데이터를 읽지 못함",
            "중간 프록시가 데이터를 바꿨을 수 있습니다. 아니라면 MQTT 버전을 3.1.1만으로 바꿔 봅니다.",
        ),
    ),
    row(
        0x82,
        "Protocol Error",
        (
            "what this page sent breaks a rule of MQTT",
            "Set the MQTT version to 3.1.1 only, and report it with the broker's name and version.",
        ),
        (
            "MQTT 규칙에 어긋난 요청",
            "MQTT 버전을 3.1.1만으로 바꾸고, 브로커의 이름과 버전을 함께 알려야 합니다.",
        ),
    ),
    row(
        0x83,
        "Implementation specific error",
        (
            "a reason of its own",
            "The broker's manual or log says which.",
        ),
        (
            "브로커 자체의 사유",
            "브로커의 설명서나 로그에서 확인할 수 있습니다.",
        ),
    ),
    row(
        0x84,
        "Unsupported Protocol Version",
        (
            "it does not speak this version of MQTT",
            "Choose the other MQTT version in the settings.",
        ),
        (
            "지원하지 않는 MQTT 버전",
            "설정에서 다른 MQTT 버전을 골라야 합니다.",
        ),
    ),
    row(
        0x85,
        "Client Identifier not valid",
        (
            "it does not accept the client identifier",
            "Leave the client identifier empty, or enter the one that the broker expects.",
        ),
        (
            "클라이언트 ID를 받아들이지 않음",
            "클라이언트 ID를 비우거나 브로커에 등록된 값을 입력해야 합니다.",
        ),
    ),
    row(
        0x86,
        "Bad User Name or Password",
        (
            "wrong user name or password",
            "Enter them again in the settings. It is tried again only every 15 minutes, so that no account is locked.",
        ),
        (
            "사용자 이름 또는 비밀번호 오류",
            "설정에서 다시 입력해야 합니다. 계정이 잠기지 않도록 15분마다 한 번만 재시도합니다.",
        ),
    ),
    row(
        0x87,
        "Not authorized",
        (
            "not authorised",
            "The broker does not permit what this client wants. Ask whoever runs it for the permission: user, client identifier and topic filters.",
        ),
        (
            "권한 없음",
            "브로커가 이 클라이언트를 허용하지 않습니다. 운영자에게 사용자, 클라이언트 ID, 토픽 필터의 권한을 요청해야 합니다.",
        ),
    ),
    row(
        0x88,
        "Server unavailable",
        (
            "it is not available now",
            "It is running but cannot serve: starting, stopping, or without its database.",
        ),
        (
            "지금 사용할 수 없음",
            "실행 중이지만 처리할 수 없는 상태입니다. 시작 중, 종료 중이거나 데이터베이스가 없을 수 있습니다.",
        ),
    ),
    row(
        0x89,
        "Server busy",
        (
            "it is busy",
            "Too much is asked of it at the moment; the page waits longer each time.",
        ),
        (
            "과부하",
            "지금 요청이 너무 많습니다. 재시도 간격이 점점 길어집니다.",
        ),
    ),
    row(
        0x8A,
        "Banned",
        (
            "this client is banned",
            "Whoever runs the broker must lift the ban.",
        ),
        ("차단된 클라이언트", "브로커 운영자가 차단을 풀어야 합니다."),
    ),
    row(
        0x8B,
        "Server shutting down",
        (
            "it is shutting down",
            "It is probably restarted or updated; the page connects again by itself.",
        ),
        (
            "종료 중",
            "재시작이나 업데이트일 가능성이 큽니다. 자동으로 다시 연결합니다.",
        ),
    ),
    row(
        0x8C,
        "Bad authentication method",
        (
            "it does not accept this way of signing in",
            "Choose another kind of broker in the settings, or ask how it wants clients to sign in.",
        ),
        (
            "지원하지 않는 로그인 방식",
            "설정에서 다른 브로커 종류를 고르거나 로그인 방식을 확인해야 합니다.",
        ),
    ),
    row(
        0x8D,
        "Keep Alive timeout",
        (
            "it heard nothing within the keep alive",
            "This device slept, or the network held the data back. A longer keep alive gives more time.",
        ),
        (
            "Keep alive 시간 초과",
            "기기가 절전 상태였거나 네트워크가 지연되었습니다. Keep alive 값을 늘리면 여유가 생깁니다.",
        ),
    ),
    row(
        0x8E,
        "Session taken over",
        (
            "another client with the same client identifier took over",
            "Two screens or programs use the same client identifier. Leave it empty on this one, or give each its own.",
        ),
        (
            "같은 클라이언트 ID가 다른 곳에서 연결됨",
            "두 화면이나 프로그램이 같은 클라이언트 ID를 씁니다. 이 화면에서는 비우거나 서로 다르게 정해야 합니다.",
        ),
    ),
    row(
        0x8F,
        "Topic Filter invalid",
        (
            "it does not accept a topic filter",
            "Some brokers limit levels, length or wildcards. Check the topic filters.",
        ),
        (
            "허용하지 않는 토픽 필터",
            "단계 수, 길이, 와일드카드를 제한하는 브로커가 있습니다. 토픽 필터를 확인해야 합니다.",
        ),
    ),
    row(
        0x90,
        "Topic Name invalid",
        (
            "it does not accept a topic name",
            "The topic of a message sent by this page is not allowed there.",
        ),
        (
            "허용하지 않는 토픽 이름",
            "이 페이지가 보낸 메시지의 토픽이 허용되지 않습니다.",
        ),
    ),
    row(
        0x91,
        "Packet Identifier in use",
        (
            "a packet identifier was in use twice",
            "The sessions of both sides differ; a new one is started.",
        ),
        (
            "패킷 ID 중복 사용",
            "양쪽의 세션 상태가 다릅니다. 새 세션을 시작합니다.",
        ),
    ),
    row(
        0x92,
        "Packet Identifier not found",
        (
            "it no longer knew a packet identifier",
            "The sessions of both sides differ; this settles by itself.",
        ),
        (
            "알 수 없는 패킷 ID",
            "양쪽의 세션 상태가 다릅니다. 저절로 해결됩니다.",
        ),
    ),
    row(
        0x93,
        "Receive Maximum exceeded",
        (
            "this page sent more messages at once than agreed",
            "Report it with the broker's name and version.",
        ),
        (
            "약속보다 많은 메시지를 한꺼번에 보냄",
            "브로커의 이름과 버전을 함께 알려야 합니다.",
        ),
    ),
    row(
        0x94,
        "Topic Alias invalid",
        (
            "a topic alias was not valid",
            "Report it with the broker's name and version, or set the MQTT version to 3.1.1 only.",
        ),
        (
            "잘못된 토픽 별칭",
            "브로커의 이름과 버전을 함께 알리거나 MQTT 버전을 3.1.1만으로 바꿔 봅니다.",
        ),
    ),
    row(
        0x95,
        "Packet too large",
        (
            "a packet was too large for it",
            "What this page sent is longer than the broker allows.",
        ),
        (
            "너무 큰 패킷",
            "이 페이지가 보낸 데이터가 브로커의 허용 크기를 넘었습니다.",
        ),
    ),
    row(
        0x96,
        "Message rate too high",
        (
            "too many messages a second",
            "This page publishes faster than the broker allows.",
        ),
        (
            "초당 메시지 수 초과",
            "이 페이지가 브로커의 허용 속도보다 빨리 보냈습니다.",
        ),
    ),
    row(
        0x97,
        "Quota exceeded",
        (
            "a quota is used up",
            "The plan or a limit of the broker is reached: clients, messages or bytes. Whoever runs it can raise it.",
        ),
        (
            "할당량 초과",
            "요금제나 브로커의 한도(클라이언트, 메시지, 용량)에 도달했습니다. 운영자가 늘릴 수 있습니다.",
        ),
    ),
    row(
        0x98,
        "Administrative action",
        (
            "somebody who runs it ended it",
            "Ask them before connecting again.",
        ),
        (
            "운영자가 연결을 끊음",
            "다시 연결하기 전에 운영자에게 확인해야 합니다.",
        ),
    ),
    row(
        0x99,
        "Payload format invalid",
        (
            "a payload was not what it claimed to be",
            "A message or will of this page does not fit its stated format.",
        ),
        (
            "페이로드 형식 오류",
            "이 페이지의 메시지나 유언 메시지가 표시된 형식과 다릅니다.",
        ),
    ),
    row(
        0x9A,
        "Retain not supported",
        (
            "it does not keep retained messages",
            "Turn retain off for what this page publishes.",
        ),
        (
            "보관 메시지를 지원하지 않음",
            "이 페이지가 보내는 메시지의 보관(retain)을 꺼야 합니다.",
        ),
    ),
    row(
        0x9B,
        "QoS not supported",
        (
            "it does not support this quality of service",
            "Choose a lower quality of service.",
        ),
        ("지원하지 않는 QoS", "더 낮은 QoS를 골라야 합니다."),
    ),
    row(
        0x9C,
        "Use another server",
        (
            "it asks to use another server for now",
            "Whoever runs it knows the address to use meanwhile.",
        ),
        (
            "임시로 다른 서버를 쓰라고 안내함",
            "당분간 사용할 주소를 운영자에게 확인해야 합니다.",
        ),
    ),
    row(
        0x9D,
        "Server moved",
        (
            "it has moved for good",
            "Enter its new address in the settings.",
        ),
        ("서버가 영구 이전됨", "설정에 새 주소를 입력해야 합니다."),
    ),
    row(
        0x9E,
        "Shared Subscriptions not supported",
        (
            "it does not support shared subscriptions",
            "Take the topic filters that begin with $share out.",
        ),
        (
            "공유 구독을 지원하지 않음",
            "$share로 시작하는 토픽 필터를 빼야 합니다.",
        ),
    ),
    row(
        0x9F,
        "Connection rate exceeded",
        (
            "too many connections in a short time",
            "The page waits longer before each further try.",
        ),
        (
            "짧은 시간에 연결이 너무 많음",
            "재시도할 때마다 더 오래 기다립니다.",
        ),
    ),
    row(
        0xA0,
        "Maximum connect time",
        (
            "the longest time allowed for one connection is over",
            "The page connects again by itself.",
        ),
        ("최대 연결 시간 도달", "자동으로 다시 연결합니다."),
    ),
    row(
        0xA1,
        "Subscription Identifiers not supported",
        (
            "it does not support subscription identifiers",
            "Set the MQTT version to 3.1.1 only.",
        ),
        (
            "구독 식별자를 지원하지 않음",
            "MQTT 버전을 3.1.1만으로 바꿔야 합니다.",
        ),
    ),
    row(
        0xA2,
        "Wildcard Subscriptions not supported",
        (
            "it does not support + and # in topic filters",
            "List the topics one by one.",
        ),
        (
            "토픽 필터의 +와 #을 지원하지 않음",
            "토픽을 하나씩 나열해야 합니다.",
        ),
    ),
];
