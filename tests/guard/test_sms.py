from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from pytest_django import Settings

from evaluation.errors import DomainError
from evaluation.guard import sms, telephones
from evaluation.guard.models import TelephoneCode
from evaluation.guard.telephones import forget_numbers, send_code, use_number
from tests.telephones import OUTBOX, code_of

NUMBER = "13800138000"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def backend(settings: Settings) -> None:
    settings.SMS_BACKEND = "tests.telephones.KeepingBackend"
    OUTBOX.clear()


def refusal_to_send(number: str = NUMBER, network: str = "192.0.2.1") -> str:
    with pytest.raises(DomainError) as caught:
        send_code(purpose="box", number=number, network=network)
    return caught.value.code


def refusal(code: str, purpose: str = "box", number: str = NUMBER) -> str:
    with pytest.raises(DomainError) as caught:
        use_number(purpose=purpose, number=number, code=code)
    return caught.value.code


def send(number: str = NUMBER, network: str = "192.0.2.1") -> str:
    send_code(purpose="box", number=number, network=network)
    return code_of(number)


@pytest.mark.parametrize(
    "typed", ["13800138000", "+86 138-0013-8000", "0086 13800138000", "１３８００１３８０００", "86 13800138000"]
)
def test_mobile_numbers_are_read_as_people_write_them(typed: str) -> None:
    assert sms.mobile_number(typed) == NUMBER


@pytest.mark.parametrize(
    "typed", ["", "12800138000", "1380013800", "138001380001", "0512-58581234", "x" * 60, "+1 2025550123"]
)
def test_other_numbers_are_not_taken(typed: str) -> None:
    assert sms.mobile_number(typed) == ""


def test_the_console_backend_prints(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.SMS_BACKEND = "console"
    sms.send(NUMBER, "你好")
    assert capsys.readouterr().out == f"SMS {NUMBER}: 你好\n"


@pytest.mark.parametrize(
    "name", ["nowhere.Backend", "console2", "tests.telephones.OUTBOX", "datetime.timedelta", "json.dumps"]
)
def test_a_wrong_backend_is_loud(settings: Settings, name: str) -> None:
    settings.SMS_BACKEND = name
    with pytest.raises(ImproperlyConfigured):
        sms.backend()


def test_without_a_backend_nothing_is_sent(settings: Settings) -> None:
    settings.SMS_BACKEND = ""
    assert not sms.sms_is_on()
    assert refusal_to_send() == "sms_off"


def test_a_number_takes_part_once_per_purpose() -> None:
    use_number(purpose="box", number=NUMBER, code=send())
    assert refusal(send()) == "number_used"
    send_code(purpose="other", number=NUMBER, network="192.0.2.1")
    use_number(purpose="other", number=NUMBER, code=code_of(NUMBER))


def test_a_used_code_is_used_up() -> None:
    code = send()
    use_number(purpose="box", number=NUMBER, code=code)
    assert refusal(code) == "code_over"


def test_the_number_itself_and_its_time_are_kept_nowhere() -> None:
    code = send()
    use_number(purpose="box", number=NUMBER, code=code)
    row = TelephoneCode.objects.values().get()
    assert NUMBER not in str(row)
    assert code not in str(row)
    assert row["expires_at"].year == 1970


def test_tries_are_few_and_the_right_code_comes_too_late() -> None:
    code = send()
    wrong = "000000" if code != "000000" else "111111"
    assert [refusal(wrong) for _try in range(6)] == ["code_wrong"] * 5 + ["code_over"]
    assert refusal(code) == "code_over"


def test_a_code_runs_out() -> None:
    code = send()
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert refusal(code) == "code_over"


def test_a_code_of_another_number_does_nothing() -> None:
    code = send()
    assert refusal(code, number="13900139000") == "code_over"
    assert refusal(code, purpose="other") == "code_over"


def test_few_codes_are_sent_to_a_number() -> None:
    for _time in range(telephones.CODES_A_NUMBER):
        send()
    assert refusal_to_send() == "too_many_codes"
    assert len(OUTBOX) == telephones.CODES_A_NUMBER


def test_a_network_sends_a_limited_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telephones, "CODES_A_NETWORK", 2)
    send("13800138001")
    send("13800138002")
    assert refusal_to_send("13800138003") == "too_many_codes"
    send("13800138003", network="192.0.2.2")


def test_a_failing_backend_names_no_number_in_the_log(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.SMS_BACKEND = "tests.telephones.FailingBackend"
    assert refusal_to_send() == "sms_failed"
    assert "ConnectionError" in caplog.text
    assert NUMBER not in caplog.text


def test_the_numbers_of_a_purpose_are_forgotten_together() -> None:
    send("13800138001")
    send_code(purpose="other", number=NUMBER, network="192.0.2.1")
    assert forget_numbers(purpose="box") == 1
    assert TelephoneCode.objects.get().purpose == "other"
