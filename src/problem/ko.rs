//! What happened and what to do, in Korean.

use crate::link::{PlanFault, Violation};

use super::address::Place;
use super::codes::ko::MEANINGS;
use super::{Case, Said, Sentences};

/// All of it.
pub const KO: Sentences = Sentences {
    text,
    broker_says,
    meanings: MEANINGS,
};

/// The broker's own words.
fn broker_says(reason: &str) -> String {
    format!("브로커 응답: “{reason}”")
}

/// The headline, and the advice.
fn text(case: Case, at: &Place) -> (String, Vec<String>) {
    let host = &at.host;
    let (headline, advice) = match case {
        Case::Plan(plan) => return with(plan_fault(plan)),
        Case::MixedContent => (
            format!("이 페이지는 https로 열려 있어 브라우저가 ws:// 연결을 막습니다: {host}"),
            vec![
                "wss://로 시작하는 암호화 주소를 사용해야 합니다.".to_owned(),
                "신뢰할 수 있는 내부망이라면 이 페이지를 http로 제공해도 됩니다.".to_owned(),
            ],
        ),
        Case::BadAddress => (
            "브라우저가 받아들이지 않는 주소입니다.".to_owned(),
            vec![format!("설정에서 주소를 확인해야 합니다: {}", at.address)],
        ),
        Case::Policy => (
            "이 페이지의 보안 정책이 이 브로커를 막고 있습니다.".to_owned(),
            vec![format!(
                "페이지를 제공하는 서버의 Content-Security-Policy에서 connect-src 항목에 추가할 주소: {}",
                at.origin
            )],
        ),
        Case::NotOpened {
            worked_before,
            maybe_plain,
        } => (
            if worked_before {
                format!("{host} 서버에 연결되지 않습니다.")
            } else {
                format!("{host} 서버와의 연결이 열리기 전에 닫혔습니다. 브라우저는 원인을 알려 주지 않습니다.")
            },
            not_opened(worked_before, maybe_plain, at),
        ),
        Case::OpenTimeout { worked_before } => (
            format!("{host} 서버가 제시간에 응답하지 않았습니다."),
            open_timeout(worked_before, at),
        ),
        Case::ConnackTimeout => (
            format!("{host} 서버와 연결되었으나 MQTT 브로커의 응답이 없습니다."),
            vec![
                format!("{}번 포트의 {} 경로가 브로커의 것인지 확인이 필요합니다. 다른 서비스라면 이처럼 응답이 없습니다.", at.port, at.path),
                "과부하이거나 방금 시작한 브로커도 응답하지 않을 수 있습니다.".to_owned(),
            ],
        ),
        Case::ClosedBeforeConnack => (
            format!("{host} 서버가 로그인에 응답하지 않고 연결을 닫았습니다."),
            vec![
                "사용자 이름, 비밀번호, 클라이언트 ID를 확인해야 합니다. 틀리면 말없이 닫는 브로커가 있습니다.".to_owned(),
                "브로커가 다른 버전을 모를 수 있으므로 MQTT 버전을 3.1.1만으로 바꿔 봅니다.".to_owned(),
                "브로커나 앞단 프록시의 로그에 원인이 남습니다.".to_owned(),
            ],
        ),
        Case::Refused(said) => {
            let (headline, mut advice) = coded("브로커가 연결을 거부했습니다", said);
            if said.may_mean_the_password() {
                advice.insert(0, "설정에서 사용자 이름과 비밀번호를 먼저 확인해야 합니다. Mosquitto처럼 비밀번호가 틀렸을 때 이렇게 응답하는 브로커가 있습니다.".to_owned());
            }
            (headline, advice)
        }
        Case::Disconnected(said) => coded("브로커가 연결을 종료했습니다", said),
        Case::Closed(code) => (closed(code, host), vec![
            "네트워크, 프록시 또는 브로커가 MQTT로 원인을 알리지 않고 끊었습니다.".to_owned(),
            "일정한 간격으로 반복되면 프록시가 조용한 연결을 끊는 것입니다. Keep alive 값을 줄여야 합니다.".to_owned(),
            "다른 화면이나 프로그램이 같은 클라이언트 ID를 쓰면 서로 연결을 끊습니다.".to_owned(),
        ]),
        Case::PingTimeout => (
            format!("{host} 서버의 응답이 끊겼습니다."),
            vec![
                "닫히지 않은 채 죽은 연결이었습니다. 네트워크 변경, 절전, 조용한 연결을 지우는 방화벽이 흔한 원인입니다.".to_owned(),
                "자주 반복되면 Keep alive 값을 줄여야 합니다.".to_owned(),
            ],
        ),
        Case::Protocol(violation) => return with(protocol(violation)),
        Case::SessionMismatch => (
            "이 페이지에 없는 이전 세션을 브로커가 이어서 열었습니다.".to_owned(),
            vec!["새 세션으로 다시 시작합니다. 이전 세션에 보관된 메시지는 사라집니다.".to_owned()],
        ),
    };
    (headline, advice)
}

#[inline(always)] // For the reason of `Place`.
fn with((headline, advice): (&str, &str)) -> (String, Vec<String>) {
    (headline.to_owned(), vec![advice.to_owned()])
}

fn plan_fault(plan: PlanFault) -> (&'static str, &'static str) {
    match plan {
        PlanFault::Scheme => (
            "주소가 wss:// 또는 ws://로 시작하지 않습니다.",
            "브라우저는 WebSocket 주소만 열 수 있습니다. 브로커의 WebSocket 포트와 경로가 필요합니다.",
        ),
        PlanFault::Host => (
            "주소에 호스트 이름이 없습니다.",
            "설정에서 wss://broker.example:8084/mqtt와 같은 형식으로 고쳐야 합니다.",
        ),
        PlanFault::UserInfo => (
            "주소에 사용자 이름이나 비밀번호가 들어 있습니다.",
            "주소는 그대로 표시되고 저장되므로 해당 칸으로 옮겨야 합니다.",
        ),
        PlanFault::UnknownPlatform => (
            "이 버전에서 지원하지 않는 브로커 종류입니다.",
            "설정에서 다른 종류를 고르거나 서버의 페이지를 새 버전으로 바꿔야 합니다.",
        ),
        PlanFault::Text => (
            "사용자 이름, 비밀번호, 클라이언트 식별자 또는 인증 방식을 보낼 수 없습니다.",
            "너무 길거나 MQTT가 허용하지 않는 문자가 있으므로 설정에서 고쳐야 합니다.",
        ),
        PlanFault::NotLoaded => (
            "이 페이지의 일부를 서버에서 불러오지 못했습니다.",
            "자동으로 다시 시도합니다.",
        ),
    }
}

/// All that a browser leaves open, with this address's own parts.
fn not_opened(worked_before: bool, maybe_plain: bool, at: &Place) -> Vec<String> {
    let mut advice = Vec::new();
    let certificate = if at.secure {
        format!(
            "인증서: 이 브라우저에서 {} 주소를 열어 확인. 경고가 나오면 신뢰하지 않는 인증서이거나 클라이언트 인증서가 필요함",
            at.https_origin
        )
    } else {
        "암호화: 브로커가 TLS를 요구하면 주소가 wss://로 시작해야 함".to_owned()
    };
    if worked_before {
        advice.push(
            "연결된 적이 있는 주소이므로 브로커나 네트워크가 멈췄을 가능성이 큽니다.".to_owned(),
        );
        // For the reason in English.
        if at.secure {
            advice.push(certificate.clone());
        }
    }
    advice.push(format!(
        "호스트: {} 이름이 맞는지, 이 기기에서 접근할 수 있는지 확인",
        at.host
    ));
    advice.push(if at.port_is_raw {
        format!(
            "포트: {}번은 보통 TCP용 MQTT 포트. WebSocket은 8083번이나 8084번이 많음",
            at.port
        )
    } else {
        format!(
            "포트: 브로커가 {}번에서 WebSocket 연결을 받는지 확인",
            at.port
        )
    });
    if worked_before {
        return advice;
    }
    advice.push(if at.has_no_path {
        "경로: 주소에 경로가 없음. /mqtt 또는 /ws가 필요한 브로커가 많음".to_owned()
    } else {
        format!("경로: 브로커가 기대하는 경로인지 확인: {}", at.path)
    });
    advice.push(certificate);
    if at.secure && maybe_plain {
        advice.push(
            "암호화: 브로커가 이 포트에서 TLS를 쓰지 않으면 주소가 ws://로 시작해야 함".to_owned(),
        );
    }
    advice
}

fn open_timeout(worked_before: bool, at: &Place) -> Vec<String> {
    let mut advice = Vec::new();
    if worked_before {
        advice
            .push("연결된 적이 있는 주소이므로 중간 네트워크가 끊겼을 가능성이 큽니다.".to_owned());
    }
    advice.push(format!(
        "방화벽이 {}의 {}번 포트로 가는 연결을 버리고 있을 수 있습니다.",
        at.host, at.port
    ));
    advice.push("브로커가 내부망에 있으면 이 기기도 그 내부망이나 VPN에 있어야 합니다.".to_owned());
    advice
}

fn coded(lead: &str, said: Said) -> (String, Vec<String>) {
    match said {
        Said::Known(meaning) => (
            format!("{lead}: {}", meaning.reason),
            vec![meaning.advice.to_owned()],
        ),
        Said::Unknown(number) => (
            format!("{lead}: MQTT에 정의되지 않은 코드 {number}"),
            vec!["브로커의 설명서나 로그에서 뜻을 찾을 수 있습니다.".to_owned()],
        ),
    }
}

fn closed(code: u16, host: &str) -> String {
    match code {
        1000 => format!("{host} 서버가 연결을 닫았습니다."),
        1001 => format!("{host} 서버가 종료 중입니다."),
        1008 => format!("{host} 서버가 자체 규칙에 따라 연결을 닫았습니다."),
        1009 => format!("{host} 서버가 연결을 닫았습니다: 메시지가 너무 큼"),
        1011 => format!("{host} 서버의 오류로 연결이 닫혔습니다."),
        1012 => format!("{host} 서버가 재시작 중입니다."),
        1013 => format!("{host} 서버가 과부하 상태이며 나중에 다시 연결하도록 요청했습니다."),
        _ => format!("{host} 서버와의 연결이 끊겼습니다."),
    }
}

fn protocol(violation: Violation) -> (&'static str, &'static str) {
    match violation {
        Violation::Malformed => (
            "서버가 보내는 데이터가 MQTT가 아닙니다.",
            "포트와 경로가 브로커가 아닌 다른 서비스의 것일 수 있습니다.",
        ),
        Violation::Unexpected => (
            "브로커가 MQTT에서 허용되지 않는 순서로 데이터를 보냈습니다.",
            "MQTT 버전을 3.1.1만으로 바꾸거나 브로커를 새 버전으로 바꿔야 합니다.",
        ),
        Violation::TopicAlias => (
            "브로커가 약속되지 않은 토픽 별칭을 보냈습니다.",
            "MQTT 버전을 3.1.1만으로 바꾸거나 브로커를 새 버전으로 바꿔야 합니다.",
        ),
        Violation::ReceiveMaximum => (
            "브로커가 약속보다 많은 메시지를 한꺼번에 보냈습니다.",
            "MQTT 버전을 3.1.1만으로 바꾸거나 브로커를 새 버전으로 바꿔야 합니다.",
        ),
        Violation::TooLarge => (
            "브로커가 약속보다 큰 메시지를 보냈습니다.",
            "토픽 필터를 좁혀야 합니다. 이미지와 영상은 집계에 필요하지 않습니다.",
        ),
        Violation::Authentication => (
            "브로커가 로그인 절차를 끝까지 마치지 않았습니다.",
            "주소, 비밀번호, 인증 방식을 확인해야 합니다. 이 비밀번호를 아는 브로커가 아닐 수 있습니다.",
        ),
        Violation::TextFrame => (
            "서버가 이진 프레임이 아닌 텍스트 프레임을 보냅니다.",
            "포트와 경로가 다른 서비스의 것이거나, 게이트웨이를 이진 방식으로 설정해야 할 수 있습니다.",
        ),
    }
}
