//! Korean: short nouns on the wall, 합니다체 in sentences; no particle ever follows a name or a number that it would
//! have to agree with.

use super::Language;
use super::table::*;

/// All words in Korean.
pub const KO: Words = Words {
    language: Language::Ko,
    bar: Bar {
        connected: "연결됨",
        connecting: "연결 중",
        connecting_again: |attempt| format!("연결 중, {attempt}번째 시도"),
        trying_again_in: |span| format!("{span} 뒤 재시도"),
        stopped: "중지됨",
        idle: "연결 안 함",
        simulated_time: "시뮬레이션 시간",
        simulated_data: "시뮬레이션 데이터",
        restarted: |time| format!("{time} 집계 재시작"),
        settings: "설정",
        try_now: "지금 재시도",
        what_is_wrong: "원인 보기",
        filters_refused: |n| format!("브로커가 토픽 필터 {n}개 거부"),
    },
    blind: Blind {
        no_connection_since: |time| format!("{time}부터 연결이 끊겼습니다."),
        not_connected_yet: "아직 연결되지 않았습니다.",
        numbers_are_from: |time| format!("아래 숫자는 {time} 기준입니다."),
        as_of: |time| format!("{time} 기준"),
        engine_restarting: "이 화면의 집계가 멈췄습니다. 곧 자동으로 다시 시작합니다.",
    },
    alarm: Alarm {
        zone_at: |zone, percent| format!("{zone}: 정원의 {percent}"),
        zone_full: |zone| format!("{zone}: 만원"),
        above_since: |percent, time| format!("{time}부터 {percent} 초과"),
        full_since: |time| format!("{time}부터 만원"),
    },
    zone: Zone {
        none: "설정된 구역이 없습니다. 구역은 이 페이지와 같은 폴더에 있는 config.json 파일에서 설정합니다. 작성 방법은 README의 ‘config.json’ 항목에 있습니다.",
        of: |capacity| format!("/ {capacity}명"),
        more_may_enter: |n| format!("{n}명 더 입장 가능"),
        only_more_may_enter: |n| format!("{n}명만 더 입장 가능"),
        full: "만원: 입장 불가",
        over: |n| format!("정원 {n}명 초과: 입장 불가"),
        unknown: "입장 가능 인원 미확인",
        entered: "입장",
        exited: "퇴장",
        doors_counting: |counting, all| format!("출입구 {all}곳 중 {counting}곳 집계 중"),
        waiting_for: |doors| format!("{doors} 응답 대기"),
        since: |time| format!("{time}부터"),
        at_least: |n| format!("{n} 이상"),
        readings_missing: "일부 집계 수신 대기",
        peak: |n, time| format!("최대 {n}명({time})"),
        level_unknown: "알 수 없음",
        level_normal: "여유",
        level_mid: "혼잡",
        level_high: "정원 임박",
        level_full: "만원",
    },
    chart: Chart {
        present: "현재 인원",
        flow_minute: "1분 단위 입장·퇴장",
        flow_quarter: "15분 단위 입장·퇴장",
        flow_hour: "시간별 입장·퇴장",
        flow_day: "일별 입장·퇴장",
        live: "실시간",
        hour: "1시간",
        day: "하루",
        entered: "입장",
        exited: "퇴장",
        nothing: "이 시간대 집계 없음",
        complete: "완료",
        partial: "일부 집계",
        gap: "데이터 없음",
        one_number: "합계만 집계",
        show_table: "표로 보기",
        show_chart: "차트로 보기",
        time: "시각",
        state: "상태",
    },
    door: Door {
        title: "출입구",
        today: "오늘",
        door: "출입구",
        entered: "입장",
        exited: "퇴장",
        last_hour: "최근 1시간",
        none: "설정된 출입구가 없습니다.",
        entered_last_hour: |n| format!("최근 1시간 입장 {n}명"),
        search: "출입구 검색",
    },
    device: Device {
        title: "장치",
        none: "메시지를 보낸 장치가 아직 없습니다.",
        search: "장치 검색",
        every: "모든 장치",
        kinds: Kinds {
            counter: "카운터",
            area: "구역 카메라",
            door: "도어 센서",
            siren: "사이렌·경광등",
            gateway: "게이트웨이",
            unknown: "장치",
        },
        live: |n| format!("정상 {n}대"),
        late: |n| format!("지연 {n}대"),
        stale: |n| format!("오래됨 {n}대"),
        offline: |n| format!("오프라인 {n}대"),
        unseen: |n| format!("확인 불가 {n}대"),
        never_seen: |n| format!("수신 없음 {n}대"),
        retained_old: |n| format!("보관된 값 {n}대"),
        no_message: |span| format!("{span}째 메시지 없음"),
        no_message_usually: |span, usual| format!("{span}째 메시지 없음, 평소 {usual}마다"),
        no_message_yet: "아직 메시지 없음",
        stored_message: |span| format!("{span} 전 보관된 메시지"),
        stored_message_of_unknown_age: "보관된 메시지, 시각 알 수 없음",
        disconnected_at: |time| format!("{time} 연결 종료"),
        lost_at: |time| format!("{time} 연결 끊김"),
        sender_unknown: "보낸 장치를 알 수 없어 토픽으로 표시",
    },
    state: State {
        live: "정상",
        late: "지연",
        stale: "오래됨",
        offline: "오프라인",
        unseen: "확인 불가",
        never_seen: "수신 없음",
        retained_old: "보관된 값",
        alarm: "경보",
        waiting: "대기",
    },
    notice: Notice {
        title: "알림",
        info: "참고",
        warning: "주의",
        alarm: "경보",
        connected: "브로커에 연결됨",
        disconnected: "연결 정상 종료",
        connection_lost: "연결 끊김",
        state_on: |name| format!("{name}: 활성"),
        state_off: |name| format!("{name}: 해제"),
        counter_reset: "카운터가 0부터 다시 시작됨",
        line_reset: |line| format!("{line} 카운터가 0부터 다시 시작됨"),
    },
    summary: SummaryWords {
        nothing: "아직 없음",
        flow: |entered, exited| format!("입장 {entered} · 퇴장 {exited}"),
        crossed: |n| format!("통과 {n}명, 방향 구분 없음"),
        present: |n| format!("구역 안 {n}명"),
        door_open: |time| format!("{time}부터 열림"),
        door_closed: |time| format!("{time}부터 닫힘"),
        siren_on: |time| format!("{time}부터 작동 중"),
        siren_off: |time| format!("{time}부터 꺼짐"),
        on: |name, time| format!("{name}: {time}부터 활성"),
        off: |name, time| format!("{name}: {time}부터 비활성"),
        binary: |n| format!("{n}바이트, 텍스트 아님"),
    },
    time: Time {
        seconds: |n| format!("{n}초"),
        minutes: |n| format!("{n}분"),
        hours: |n| format!("{n}시간"),
        days: |n| format!("{n}일"),
        ago: |span| format!("{span} 전"),
        and: |one, two| format!("{one}, {two}"),
        and_more: |one, two, more| format!("{one}, {two} 외 {more}곳"),
    },
    welcome: Welcome {
        title: "내 브로커로 바로 보는 현재 인원",
        text: "Footfall은 사람 수를 세는 카메라와 여러 장치의 메시지를 MQTT로 받아 이 브라우저에서 바로 보여 줍니다. 다른 곳으로 보내지 않습니다.",
        simulate: "시뮬레이션으로 체험",
        simulate_text: "출입구가 8곳인 쇼핑몰입니다. 설정할 것이 없습니다.",
        not_loaded: "이 화면의 서버에서 시뮬레이션을 불러오지 못했습니다. 서버에서 화면이 업데이트되었다면 새로 고침해야 합니다.",
        connect: "브로커 연결",
        connect_text: "WebSocket 주소가 있는 모든 MQTT 브로커.",
        open: "설정 파일 열기",
        open_text: "전달받은 config.json 파일.",
    },
    storage: Storage {
        opening: "저장된 집계 읽는 중",
        kept: "이 브라우저에 집계 저장 중",
        kept_in_part: "저장된 집계 일부를 읽을 수 없음: 그 부분은 처음부터 집계",
        kept_elsewhere: "이 브라우저의 다른 탭에서 집계 저장 중",
        full: "브라우저 저장 공간이 가득 참: 새로 고치면 처음부터 집계",
        refused: "브라우저가 저장을 허용하지 않음: 새로 고치면 처음부터 집계",
    },
    sheet: SheetWords {
        add: "브로커 추가",
        edit: "편집",
        doctor: "연결 진단",
        close: "닫기",
        not_loaded: "이 화면의 서버에서 설정 화면을 불러오지 못했습니다. 집계에는 영향이 없습니다. 서버에서 화면이 업데이트되었다면 새로 고침해야 합니다.",
        load_again: "다시 불러오기",
        locked: |name| {
            format!("{name}: 페이지를 닫을 때 비밀번호가 지워졌습니다. 다시 입력하십시오.")
        },
        unreadable: |name| format!("{name}: 저장된 비밀번호를 읽지 못했습니다. 다시 입력하십시오."),
        password_refused: |name| format!("{name}: 비밀번호가 없거나 틀렸다면 여기에 입력하십시오."),
        connect: "연결",
        mistakes: |n| format!("설정 파일에 오류가 {n}건 있습니다."),
        rest_works: "나머지 설정은 정상 적용됩니다.",
        config_not_loaded: "설정 파일을 불러오지 못했습니다.",
        config_empty: "설정 파일에 구역도 브로커도 없습니다.",
        brokers_lost: "이 브라우저에 저장된 브로커를 읽을 수 없습니다. 다시 추가하십시오.",
        show: "보기",
        messages: "메시지",
    },
    label: Label {
        skip_to_zones: "본문으로 건너뛰기",
        bar: "연결 상태와 설정",
        zones: "구역",
        window: "표시 시간",
        legend: "표시할 곡선",
        close_settings: "설정 닫기",
        zone_of: |zone, people, capacity| format!("{zone}: 정원 {capacity}명 중 {people}명"),
        zone: |zone, people| format!("{zone}: {people}명"),
        chart: |title, from, to| format!("{title}, {from}부터 {to}까지"),
        chart_keys: "화살표 키로 시간을 이동합니다.",
        found: |n| format!("검색 결과 {n}개"),
    },
    start: Start {
        file_stale: |file| {
            format!(
                "{file} 파일이 다른 버전입니다. 캐시 없이 새로 고치거나 서버와 브라우저 사이의 캐시를 지워야 합니다."
            )
        },
        engine_failed: "집계를 맡은 부분이 여러 번 연속으로 멈췄습니다.",
        views_not_loaded: "주소에서 요청한 화면을 이 페이지의 서버에서 불러오지 못해 전체 현황을 표시합니다.",
        welcome_not_loaded: "이 페이지의 일부를 서버에서 불러오지 못했습니다. 자동으로 다시 시도합니다.",
        language_not_loaded: "다른 언어를 이 페이지의 서버에서 불러오지 못했습니다. 자동으로 다시 시도합니다.",
    },
};

/// What only the views say that the address asks for.
pub const KO_VIEWS: ViewsWords = ViewsWords {
    unknown: |asked, known| {
        format!("주소의 view 값 “{asked}”: 없는 화면입니다. 표시할 수 있는 화면: {known}")
    },
    wrong_cycle: |asked| {
        format!(
            "주소의 cycle 값 “{asked}”: 20s나 2m처럼 5s 이상 1440m 이하여야 합니다. 화면을 전환하지 않습니다."
        )
    },
    more_places: |n| format!("외 {n}곳"),
    more_devices: |n| format!("외 {n}대"),
};

/// What only the settings say.
pub const KO_SETTINGS: SettingsWords = SettingsWords {
    appearance: Appearance {
        language: "언어",
        theme: "화면 테마",
        theme_system: "시스템 설정",
        theme_light: "밝게",
        theme_dark: "어둡게",
    },
    wide: Wide {
        messages: |n| format!("초당 메시지 {n}건"),
        bytes: |n| format!("초당 {n}"),
        too_wide: |rate, filter, broker| {
            format!("{filter}({broker}) {rate}: 그대로 받을지, 좁힐지, 멈출지 선택 필요")
        },
        keep: "그대로 받기",
        narrow: "좁히기",
        pause: "일시 중지",
        paused: |filter, broker, time| {
            format!("{time}부터 {filter}({broker}) 수신을 일시 중지하여 집계하지 않습니다.")
        },
        resume: "다시 받기",
    },
    form: Form {
        title: "브로커",
        name: "이름",
        name_hint: "브로커 목록에 표시됩니다.",
        address: "주소",
        address_hint: "wss://로 시작합니다. 암호화하지 않으면 ws://로 시작합니다.",
        prefix: "브리지 접두어",
        prefix_hint: "브리지가 토픽 앞에 붙이는 문자열(예: west/). 다른 경로로도 들어온 측정값은 한 번만 집계합니다.",
        other_addresses: "추가 주소",
        other_addresses_hint: "같은 브로커의 다른 주소를 한 줄에 하나씩 적습니다. 위 주소가 응답하지 않을 때 순서대로 연결하고, 복구되면 자동으로 돌아갑니다. 모든 주소에 같은 비밀번호를 보냅니다.",
        rate: |messages, bytes| format!("초당 {messages}건 · {bytes}/초"),
        today: |messages, bytes| format!("오늘 메시지 {messages}건, {bytes}"),
        today_since: |messages, bytes, time| format!("{time}부터 메시지 {messages}건, {bytes}"),
        kept_after: |millis| format!("{millis} ms 만에 저장하고 수신 확인"),
        widest: |topics| {
            format!("대부분 {topics} 토픽에서 들어옵니다. 이 토픽을 뺀 필터로 좁힐 수 있습니다.")
        },
        address_in_use: |address, place, count| {
            format!("{address} · 주소 {count}개 중 {place}번째")
        },
        username: "사용자 이름",
        password: "비밀번호",
        sign_in: "로그인 방식",
        sign_in_usual: "일반적인 사용자 이름과 비밀번호",
        sign_in_token: "브로커가 정한 방식의 토큰",
        sign_in_hint: "브로커가 따로 요구하지 않으면 그대로 두십시오. 나머지 방식은 MQTT 5.0으로만 연결합니다.",
        method: "인증 방식",
        method_hint: "브로커에서 쓰는 이름입니다(예: JWT). 토큰은 비밀번호 칸에 입력합니다.",
        of_former_address: "다른 주소에서 쓰던 비밀번호입니다. 이 주소의 비밀번호를 입력해야 합니다.",
        remember: "이 기기에 저장",
        remembered: "이 브라우저에 암호화하여 저장하고, 이 주소에만 사용합니다. 이 브라우저를 쓰는 사람과 같은 호스트의 다른 페이지도 이 비밀번호로 연결할 수 있습니다.",
        not_remembered: "페이지를 닫으면 비밀번호가 지워집니다.",
        remember_insecure: "페이지를 닫으면 비밀번호가 지워집니다. 비밀번호를 저장하려면 페이지를 https로 열어야 합니다.",
        remember_no_storage: "페이지를 닫으면 비밀번호가 지워집니다. 이 브라우저가 저장을 허용하지 않습니다.",
        remember_failed: "브라우저가 비밀번호를 저장하지 못했습니다. 페이지를 닫으면 비밀번호가 지워집니다.",
        filters: "토픽 필터",
        filters_hint: "여러 개는 쉼표로 구분합니다. +는 한 단계, #은 그 아래 모든 단계를 뜻합니다.",
        add_filter: "토픽 필터 추가",
        remove_filter: "이 토픽 필터 제거",
        qos: "QoS",
        qos_0: "0: 최대 한 번",
        qos_1: "1: 최소 한 번",
        qos_2: "2: 정확히 한 번",
        version: "MQTT 버전",
        version_auto: "5.0, 안 되면 3.1.1",
        version_5: "5.0만",
        version_311: "3.1.1만",
        keep_alive: "Keep alive(초)",
        keep_alive_hint: "60초 동안 조용한 연결을 끊는 프록시가 많습니다. 0이면 쓰지 않습니다.",
        client_id: "클라이언트 ID",
        client_id_hint: "비워 두면 브라우저가 만듭니다. ID가 같은 두 화면은 서로의 연결을 끊습니다.",
        session_expiry: "세션 유지(초)",
        session_expiry_hint: "이 페이지가 없는 동안 브로커가 메시지를 보관하는 시간입니다. 0이면 보관하지 않습니다.",
        will: "유언 메시지(Will)",
        will_hint: "정상적으로 끊지 않고 연결이 사라지면 브로커가 대신 발행하는 메시지입니다. 페이지를 닫을 때도 발행됩니다. 토픽을 비우면 사용하지 않습니다.",
        will_topic: "토픽",
        will_payload: "내용",
        will_retain: "브로커에 보관",
        will_delay: "지연 시간(초)",
        will_delay_hint: "MQTT 5.0: 새로 고침처럼 페이지가 다시 연결하는지 브로커가 이 시간 동안 기다립니다.",
        publishes: "발행 허용",
        publishes_hint: "선택하지 않으면 이 브로커에서 수신만 합니다.",
        save_and_connect: "저장하고 연결",
        disconnect: "연결 끊기",
        delete: "삭제",
        delete_question: |name| format!("이 브라우저에서 {name} 설정을 삭제합니까?"),
        delete_question_config: |name| {
            format!(
                "{name} 설정을 삭제합니까? 설정 파일에 있는 브로커이므로 페이지를 다시 열면 다시 나타납니다."
            )
        },
        cancel: "취소",
        send_question: "암호화하지 않는 주소입니다. 비밀번호가 그대로 전송되어 같은 네트워크에서 누구나 읽을 수 있습니다. 브로커가 지원하면 wss:// 주소를 사용하십시오.",
        send_anyway: "그래도 보내기",
        do_not_send: "보내지 않음",
        test: "연결 테스트",
        use_this: "이 주소 사용",
        no_brokers: "설정된 브로커가 없습니다.",
        export: "config.json으로 저장",
        security: Security {
            nobody_asked: "인증도 암호화도 없음: 테스트와 시연에만 적합합니다.",
            nobody_asked_tls: "TLS로 암호화되지만 인증 없음: 브로커에 접속하면 누구나 읽을 수 있습니다.",
            password_readable: "비밀번호가 암호화 없이 전송됨: 같은 네트워크에서 누구나 읽을 수 있습니다.",
            password_local: "비밀번호 인증, 암호화하지 않지만 이 기기 밖으로 나가지 않습니다.",
            password_tls: "비밀번호 인증, TLS로 암호화됨.",
        },
        wrong: FormWrong {
            url_empty: "브로커의 WebSocket 주소가 필요합니다.",
            url_character: "주소에 쓸 수 없는 문자가 있습니다.",
            url_scheme: "브라우저에서는 wss:// 주소와 암호화하지 않는 ws:// 주소만 열 수 있습니다.",
            url_host: "주소에 호스트 이름이 빠져 있습니다.",
            url_port: "포트는 1에서 65,535 사이의 숫자여야 합니다.",
            url_user: "사용자 이름과 비밀번호는 주소에서 빼고 해당 칸에 입력해야 합니다.",
            url_fragment: "WebSocket 주소에는 # 뒷부분을 쓸 수 없습니다.",
            url_secret: "주소에 비밀번호나 토큰이 들어 있습니다. 주소와 함께 저장되고 화면에 표시됩니다.",
            url_insecure: "이 페이지는 https로 열려 있어 wss:// 주소만 열 수 있습니다.",
            url_raw_port: "1883번과 8883번은 보통 TCP용 MQTT 포트이며 브라우저에서 열 수 없습니다.",
            probably: "추천 주소:",
            filters_none: "토픽 필터가 하나 이상 필요합니다.",
            filter_repeated: "이미 목록에 있음",
            filter_empty: "토픽 필터는 비워 둘 수 없음",
            filter_null: "토픽 필터에는 널 문자를 쓸 수 없음",
            filter_too_long: "토픽 필터는 65,535바이트까지 가능",
            filter_hash: "#은 site/#처럼 마지막 단계에 단독으로 있어야 함",
            filter_plus: "+는 site/+/count처럼 한 단계 전체여야 함",
            not_whole: "정수여야 합니다.",
            out_of_range: |least, most| format!("{least}에서 {most} 사이의 정수여야 합니다."),
            character: "제어 문자는 쓸 수 없습니다.",
            will_view_only: "유언 메시지도 발행입니다. “발행 허용”을 선택하거나 유언 메시지의 토픽을 비워야 합니다.",
            topic_name: "발행할 토픽에는 와일드카드(+, #)를 쓸 수 없습니다.",
            too_long: "65,535바이트까지 쓸 수 있습니다.",
            about: |wrong, text| format!("{wrong}: “{text}”"),
        },
    },
    test: Test {
        search: "자주 쓰는 주소 찾기",
        trying: |address, at, all| format!("{address} 확인 중({all}곳 중 {at}번째)"),
        found_at: "브로커가 응답한 주소:",
        found_nowhere: |all| {
            format!(
                "이 호스트에서 자주 쓰는 주소 {all}곳 모두 응답이 없습니다. 브로커 담당자에게 WebSocket 주소를 확인하십시오."
            )
        },
        connected_with: |version| format!("연결됨(MQTT {version})"),
        not_connected: "연결 안 됨",
        test_again: "다시 테스트",
        filter_refused: |filter, reason| format!("{filter}: {reason}"),
        cause: "지원 요청용 정보",
    },
    config: Config {
        title: "설정 파일",
        at_line: |line| format!("{line}행"),
        syntax: |column| format!("{column}열부터 JSON 형식이 아님"),
        ends_early: "파일이 중간에 끝남",
        unknown_key: "알 수 없는 키, 사용하지 않음",
        unknown_key_meant: |meant| format!("알 수 없는 키, 사용하지 않음. 비슷한 키는 “{meant}”"),
        secret: "이 파일은 페이지를 여는 누구나 읽을 수 있어 비밀 정보를 둘 수 없음",
        missing: "필수 키가 없음",
        empty: "비워 둘 수 없음",
        too_long: |most| format!("{most}자 초과"),
        character: "제어 문자가 들어 있음",
        expected: |shape| format!("{shape} 형태로 적어야 함"),
        not_one_of: |words| format!("다음 중 하나여야 함: {words}"),
        repeated: "중복: 첫 번째만 사용",
        view_only: "\"publish\": true가 없으면 유언 메시지도 발행하지 않음",
        topic_name: "발행할 토픽은 비울 수 없고 와일드카드도 쓸 수 없음",
        no_device: "어느 장치의 라인인지 라인에도 출입구에도 없음",
        unknown_door: "이 ID의 출입구가 없음",
        same_reading: "같은 값을 입장과 퇴장에 함께 쓸 수 없음",
        time_zone: "이 브라우저에는 이 이름의 시간대가 없어 UTC 사용",
        time_of_day: "시각이 아님(예: 04:00)",
        span: "시간 범위가 아님(예: 10:00-22:00)",
        overlap: "앞의 시간 범위와 겹침",
        date: "날짜가 아님(예: 2026-12-25)",
        language: "언어 태그가 아님(예: en, ko)",
        not_here: "함께 적힌 다른 항목 때문에 쓰이지 않음",
        pointer: "JSON 포인터가 아님(예: /people/in)",
        template: "토픽 단계의 이름은 {device}와 {line}만, 각각 한 번만 쓸 수 있음",
        shape: Shapes {
            object: "객체 { }",
            list: "목록 [ ]",
            text: "따옴표로 묶은 텍스트",
            number: "숫자",
            true_or_false: "true 또는 false",
            text_or_object: "텍스트 또는 객체 { }",
            text_or_list: "텍스트 또는 목록 [ ]",
        },
    },
    warning: Warning {
        title: "읽을 수 없는 메시지",
        count: |n| format!("{n}회"),
        last_on: |topic| format!("최근 토픽 {topic}"),
        last_at: |time| format!("최근 {time}"),
        unknown_version: "이 페이지가 모르는 버전의 저장 데이터입니다. 그대로 보관합니다.",
        record: "저장 데이터를 읽을 수 없습니다. 그대로 보관합니다.",
        more: "종류가 너무 많아 더 구분하지 않습니다.",
    },
    message: MessageWords {
        filter: "토픽 필터",
        pause: "일시 정지",
        go_on: "계속",
        none: "이 필터에 맞는 메시지가 아직 없습니다. 브로커 설정의 필터로 구독한 메시지만 수신됩니다.",
        newest: |shown, all| format!("전체 {all}건 중 최근 {shown}건"),
        all: "전체 메시지",
        topics: "토픽",
        bytes: |n| format!("{n}바이트"),
        cut: |n| format!("앞부분 {n}바이트:"),
        raw: "원문",
        no_payload: "내용 없음",
        retained: "보관됨",
        duplicate: "중복 전송",
        simulated: "시뮬레이션",
        quality: "전송 방식",
        received_at: "수신 시각",
        broker: "브로커",
        by_filter: "구독 필터",
        via: "경유 브리지",
        payload: "내용",
        content_type: "콘텐츠 유형",
        response_topic: "응답 토픽",
        correlation_data: "상관 데이터",
        message_expiry: "만료까지(초)",
        user_property: "사용자 속성",
        since_the_last: "같은 토픽의 직전 메시지와 비교",
        nothing_changed: "달라진 값이 없습니다.",
        first_of_topic: "비교할 이전 메시지가 없습니다.",
        not_there: "없음",
        fate: FateWords {
            title: "집계 여부",
            empty: "집계 안 함: 내용이 없는 메시지로, 브로커에 보관된 값을 지우기만 합니다.",
            unknown: "집계 안 함: 알려진 형식이 아니어서 그대로 표시합니다. config.json의 “mappings”에 읽는 방법을 적을 수 있습니다.",
            unreadable: |mapping, why| {
                format!("집계 안 함: {mapping} 형식이지만 읽을 수 없습니다. {why}")
            },
            read: |mapping| format!("{mapping} 형식으로 읽었습니다."),
            says_nothing: |mapping| {
                format!("집계 안 함: {mapping} 형식이며, 집계하거나 표시할 내용이 없습니다.")
            },
            of: |device, what| format!("{device}: {what}"),
            people: "사람",
            entered: "입장",
            exited: "퇴장",
            crossed: "통과",
            present: "현재",
            presence: "집계 대상 아님: 연결 상태입니다.",
            state: "집계 대상 아님: 상태 값입니다.",
            measurement: "집계 대상 아님: 측정값입니다.",
            description: "집계 대상 아님: 장치 정보입니다.",
            text: "집계 대상 아님: 장치가 보낸 문구입니다.",
            counted: "집계했습니다.",
            first: "첫 누계입니다. 다음 누계부터 차이를 집계합니다.",
            known: "새로운 내용 없음: 이미 집계한 값입니다.",
            reset: "집계했습니다. 카운터가 0부터 다시 시작했습니다.",
            occupancy: "현재 인원이며, 출입구 집계에는 쓰지 않습니다.",
            doors: |doors| format!("{doors} 집계에 반영합니다."),
            no_door: "이 라인을 쓰는 출입구가 없습니다.",
            retained_crossing: "집계 안 함: 브로커에 보관된 메시지여서 언제 통과했는지 알 수 없습니다.",
            too_late: "집계 안 함: 너무 늦게 도착했습니다.",
            wrong_time: "집계 안 함: 시각이 올바르지 않습니다.",
            no_reset_time: "집계 안 함: 누계가 줄었는데, 이 카운터가 늘 보내던 초기화 시각이 없습니다.",
            other_link: "집계 안 함: 시각이 없고, 이 라인은 이미 다른 브로커의 메시지로 집계하고 있습니다.",
            too_many: "집계 안 함: 이 라인의 메시지가 보관 한도를 넘었습니다.",
            too_many_lines: "집계 안 함: 라인 수가 보관 한도를 넘었습니다.",
            too_large: "내용이 1 MiB보다 큽니다.",
            too_deep: "내용의 중첩이 너무 깊습니다.",
            truncated: "내용이 중간에 끊겼습니다.",
            not_text: "내용이 UTF-8 텍스트가 아닙니다.",
            not_json: "내용이 JSON 객체가 아닙니다.",
            missing: |field| format!("“{field}” 항목이 없습니다."),
            field: |field| format!("“{field}” 값을 읽을 수 없습니다."),
        },
    },
    publish: PublishWords {
        title: "메시지 발행",
        broker: "브로커",
        topic: "토픽",
        topic_wrong: "메시지에는 + 와 # 이 없는 토픽이 필요합니다.",
        payload: "내용",
        retain: "브로커에 보관",
        publish: "발행",
        waiting: "전송 대기 중입니다.",
        sent: "전송했습니다. 브로커가 아직 응답하지 않았습니다. QoS 0에는 응답이 없습니다.",
        acknowledged: "브로커가 받았습니다.",
        unheard: "브로커가 받았지만 이 토픽을 구독하는 클라이언트가 없습니다.",
        confirmed: "이어진 메시지로 확인되었습니다.",
        not_confirmed: "제시간에 확인되지 않았습니다. 실행 여부를 알 수 없습니다.",
        answer: "확인 메시지의 토픽(선택)",
        answer_hint: "실행 결과를 10초 안에 알려 오는 토픽 필터입니다.",
        says: "확인 메시지의 내용(선택)",
        says_hint: "페이로드, 상태(on, off, online, offline) 또는 숫자입니다. 비워 두면 내용과 관계없이 확인으로 봅니다.",
        instead: InsteadWords {
            title: "대체 동작: 실행되지 않으면",
            hint: "메시지가 거부되거나, 보낼 수 없거나, 제시간에 확인되지 않으면 대신 이 동작을 합니다.",
            nothing: "없음",
            publish: "다른 토픽으로 발행",
            webhook: "웹훅 호출",
            sound: "이 화면에서 소리 재생",
            address: "웹훅 주소",
            address_hint: "text, topic, payload, reason이 담긴 JSON을 text/plain 형식의 POST로 보냅니다. 서버가 응답을 페이지에 공개하지 않으면 응답이 왔다는 것만 알 수 있습니다.",
            wrong: "대체 동작에는 + 와 # 이 없는 토픽이나 https://로 시작하는 주소가 필요합니다. http://는 이 페이지도 http일 때만 쓸 수 있습니다.",
            begun: "확인되지 않아 대체 동작을 시작했습니다.",
            failed: "확인되지 않았고, 대체 동작도 실패했습니다.",
        },
        more: "더 보기(MQTT 5.0)",
        user_properties: "사용자 속성",
        user_properties_hint: "사용자 속성은 한 줄에 하나씩 이름=값으로 적습니다. MQTT 3.1.1에서는 토픽과 내용만 보냅니다.",
        response_topic_wrong: "응답 토픽에는 와일드카드(+, #)를 쓸 수 없습니다.",
        expiry_wrong: "만료 시간은 초 단위의 정수입니다(최대 4,294,967,295).",
        refused: |why| format!("발행하지 못했습니다: {why}."),
        view_only: "발행할 수 있는 브로커가 없습니다. 브로커 설정에서 “발행 허용”을 선택해야 합니다.",
        not_connected: "발행하지 못했습니다. 이 브로커에 연결되어 있지 않습니다.",
        followed: "10초 안에 수신한 메시지",
    },
    doctor: DoctorWords {
        examine: "진단",
        examine_again: "다시 진단",
        trying: |address| format!("{address} 확인 중"),
        one_cause: "원인",
        some_causes: "다음 중 하나가 원인입니다",
        beside: "그 밖에 확인된 점",
        last_lost: |at| format!("마지막으로 연결이 끊긴 시각: {at}"),
        tried: "확인한 내용",
        opened: |address, span| format!("{address}: {span} 만에 WebSocket 열림"),
        answered: |address, span| format!("{address}: {span} 만에 응답 있음"),
        failed: |address, span| format!("{address}: {span} 만에 실패"),
        forbidden: |address, span| format!("{address}: {span} 만에 페이지 정책으로 차단됨"),
        silent: |address, span| format!("{address}: {span} 동안 응답 없음"),
        report: "지원 요청용 보고서",
        report_hint: "비밀번호는 들어 있지 않습니다. 브로커 주소, 클라이언트 ID, 토픽 필터는 들어 있습니다.",
        copy: "복사",
        copied: "복사되었습니다.",
        save_recording: "수신 기록 저장",
        recording_hint: "이 페이지가 최근 몇 분 동안 받은 메시지, 주소, 사용자 이름이 들어 있고 비밀번호는 없습니다. cargo xtask replay 명령으로 재생합니다.",
        not_copied: "이 브라우저에서는 자동으로 복사할 수 없습니다. 선택된 내용을 키보드로 복사하십시오.",
        cause: CauseWords {
            offline: "이 기기가 네트워크에 연결되어 있지 않습니다.",
            mixed_content: |host| {
                format!(
                    "https 페이지에서는 브라우저가 {host}의 ws:// 연결을 막습니다. 브로커의 wss:// 주소를 쓰거나, 신뢰하는 네트워크 안에서 이 페이지를 http로 제공하십시오."
                )
            },
            policy: |origin| {
                format!(
                    "이 페이지의 콘텐츠 보안 정책(CSP)이 연결을 막습니다. 페이지 담당자가 connect-src에 다음을 추가해야 합니다: {origin}"
                )
            },
            local_denied: "이 페이지에 로컬 네트워크 접근 권한이 없습니다. 페이지 주소 앞의 아이콘을 눌러 허용하십시오. 관리형 월보드에서는 LocalNetworkAccessAllowedForUrls 정책에 이 페이지를 추가하십시오.",
            local_denied_framed: "이 페이지에 로컬 네트워크 접근 권한이 없습니다. 프레임에 allow=\"local-network-access\"를 넣고 바깥 페이지에도 권한을 허용하십시오. 관리형 월보드에서는 LocalNetworkAccessAllowedForUrls 정책을 설정하십시오.",
            local_asks: "브라우저가 로컬 네트워크 접근 여부를 묻고 있습니다. 허용을 선택하십시오. 선택할 사람이 없는 관리형 월보드에서는 LocalNetworkAccessAllowedForUrls 정책에 이 페이지를 추가하십시오.",
            local_insecure: "브로커는 로컬 네트워크에 있고 이 페이지는 외부에서 http로 열렸습니다. 일부 브라우저는 이런 연결을 알림 없이 막습니다. 페이지를 https로 제공하거나 같은 네트워크 안에서 제공하십시오.",
            path: |address| format!("경로가 다릅니다. WebSocket이 열리는 주소: {address}"),
            scheme: |address| {
                format!("ws://와 wss://가 뒤바뀌었습니다. WebSocket이 열리는 주소: {address}")
            },
            subprotocol: |host| {
                format!(
                    "{host}에서 WebSocket은 열리지만 하위 프로토콜 mqtt에 동의하지 않습니다. 서버에서 MQTT over WebSocket을 켜거나, 프록시가 Sec-WebSocket-Protocol 헤더를 전달하도록 설정하십시오."
                )
            },
            opens: "WebSocket이 열립니다. 네트워크, 인증서, 경로에는 문제가 없습니다.",
            no_socket_there: |path| {
                format!(
                    "경로 또는 포트: 웹 서버는 응답하지만 {path} 경로와 자주 쓰는 경로 어디에서도 WebSocket이 열리지 않습니다."
                )
            },
            upgrade: "프록시: 브로커 앞의 프록시가 WebSocket 전환 헤더(Upgrade, Connection)를 전달하지 않습니다.",
            certificate: |address| {
                format!(
                    "인증서: 이 브라우저에서 {address} 주소를 열면 브라우저의 오류 메시지로 구분할 수 있습니다. 신뢰할 수 없는 인증서이거나, 만료되었거나 다른 이름의 인증서이거나, 브로커가 클라이언트 인증서를 요구하는 경우입니다(설치되지 않음, 만료됨, 다른 기관에서 발급됨)."
                )
            },
            client_certificate: |host| {
                format!(
                    "{host}에서 클라이언트 인증서를 요구합니다. 방금 브라우저에서 인증서가 선택되어 WebSocket이 열립니다. 브라우저를 다시 시작하면 다시 물으므로, 월보드에서는 AutoSelectCertificateForUrls 정책을 설정하십시오."
                )
            },
            not_encrypted: |port| {
                format!("암호화: 포트 {port}에서 TLS를 쓰지 않으면 주소가 ws://로 시작해야 합니다.")
            },
            wants_encryption: |port| {
                format!("암호화: 포트 {port}에서 TLS만 받으면 주소가 wss://로 시작해야 합니다.")
            },
            raw_port: |port| {
                format!(
                    "포트: {port} 포트는 보통 브라우저가 열 수 없는 TCP용 MQTT 포트입니다. 이 브로커의 설정에서 주소 아래의 자주 쓰는 주소 찾기를 이용하십시오."
                )
            },
            port: |port| {
                format!(
                    "포트: {port} 포트에서 응답하는 서버가 없거나, 브라우저로 열 수 없는 TCP용 MQTT만 받습니다. 브로커가 꺼져 있거나 이 포트에 WebSocket 리스너가 없을 수 있습니다."
                )
            },
            name: |host| format!("호스트: 이 네트워크에서 찾을 수 없거나 철자가 다릅니다: {host}"),
            swallowed: |port| format!("방화벽: {port} 포트로 보낸 데이터가 응답 없이 버려집니다."),
            hangs: |port| {
                format!(
                    "서버: {port} 포트에서 연결은 받지만 응답하지 않습니다. 서버가 멈췄거나 브로커가 아닌 다른 서비스입니다."
                )
            },
            other_network: |host| {
                format!(
                    "네트워크: 호스트가 꺼져 있거나, 이 기기와 다른 네트워크에 있거나, VPN이 필요합니다: {host}"
                )
            },
            token_expired: |ago| {
                format!("비밀번호로 쓰는 토큰이 만료되었습니다({ago}). 새 토큰을 입력하십시오.")
            },
            refused_by_aws: "AWS IoT는 권한이 없을 때 코드 7로 응답합니다. 이 클라이언트 ID와 토픽에 대한 정책, 인증 정보를 확인하십시오.",
            refused_by_clearblade: "ClearBlade는 MQTT에 없는 사유를 코드 13으로 알립니다. 토큰, 클라이언트 ID, 레지스트리를 확인하십시오.",
            clock_ahead: |span| {
                format!(
                    "이 기기의 시계가 페이지 서버보다 {span} 빠릅니다. 토큰과 인증서가 거부될 수 있으므로 시계를 맞추십시오."
                )
            },
            clock_behind: |span| {
                format!(
                    "이 기기의 시계가 페이지 서버보다 {span} 느립니다. 토큰과 인증서가 거부될 수 있으므로 시계를 맞추십시오."
                )
            },
            cut_by_silence: |span| {
                format!(
                    "최근 연결이 매번 {span} 동안 데이터가 오가지 않은 뒤 끊겼습니다. 프록시나 방화벽이 유휴 연결을 끊는 것이므로 Keep alive 값을 그보다 충분히 작게 설정하십시오."
                )
            },
            cut_by_age: |span| {
                format!(
                    "최근 연결이 데이터와 관계없이 매번 {span} 만에 끊겼습니다. 프록시나 브로커의 연결 시간 제한을 늘리십시오."
                )
            },
            same_client_id: "최근 연결이 매번 곧바로 끊겼습니다. 다른 화면이나 프로그램이 같은 클라이언트 ID를 써서 서로 연결을 끊을 수 있습니다. 클라이언트 ID를 비워 두십시오.",
        },
    },
};
