"""A scenario through the client that is generated from openapi/openapi.json."""
import os
import unittest

from relasi_client.api.companies import create_company
from relasi_client.api.contacts import create_contact, list_contacts, update_contact
from relasi_client.api.deals import create_deal, move_deal, win_deal
from relasi_client.api.me import get_me
from relasi_client.api.pipelines import list_pipelines
from relasi_client.api.sessions import sign_in
from relasi_client.api.setup import set_up
from relasi_client.api.stages import list_stages
from relasi_client.client import AuthenticatedClient, Client
from relasi_client.models import (ContactPatch, Credentials, NewCompany, NewContact, NewDeal, Point, Problem, SetUp,
                                  SetUpLanguage)
from relasi_client.models.move_deal_body import MoveDealBody
from relasi_client.models.win_deal_body import WinDealBody

URL = os.environ["RELASI_URL"]
EMAIL = "somchai@relasi.example"
PASSWORD = "kopi gayo pagi hari"


def etag(record):
    return f'"{record.version}"'


class Scenario(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        stranger = cls.enterClassContext(Client(base_url=URL))
        made = set_up.sync(client=stranger, body=SetUp(
            workspace_name="Python", language=SetUpLanguage.TH, currency="THB", time_zone="Asia/Bangkok",
            full_name="สมชาย ใจดี", email=EMAIL, password=PASSWORD, sample_data=False))
        assert not isinstance(made, Problem), made
        session = sign_in.sync(client=stranger, body=Credentials(email=EMAIL, password=PASSWORD))
        assert not isinstance(session, Problem), session
        cls.client = cls.enterClassContext(AuthenticatedClient(base_url=URL, token=session.access_token))

    def success(self, answer):
        """The answer, which is no problem."""
        self.assertNotIsInstance(answer, Problem, answer)
        return answer

    def test_the_workspace_knows_who_is_calling(self):
        me = self.success(get_me.sync(client=self.client))
        self.assertEqual(me.user.full_name, "สมชาย ใจดี")
        self.assertEqual(me.workspace.currency, "THB")

    def test_a_company_and_its_contact_are_made_found_and_changed(self):
        company = self.success(create_company.sync(client=self.client, body=NewCompany(name="Siam Krua")))
        contact = self.success(create_contact.sync(client=self.client, body=NewContact(
            full_name="ณัฐพงษ์ วงศ์สวัสดิ์", city="เชียงใหม่", company_id=company.id,
            emails=[Point(value="nattapong@krua.example", label="work")])))
        page = self.success(list_contacts.sync(
            client=self.client, filter_='city = "เชียงใหม่" and full_name ~ "สวัส"', sort="full_name"))
        self.assertEqual([one.id for one in page.items], [contact.id])

        changed = self.success(update_contact.sync(
            contact.id, client=self.client, if_match=etag(contact), body=ContactPatch(job_title="ผู้จัดการ")))
        self.assertEqual((changed.version, changed.job_title), (2, "ผู้จัดการ"))
        stale = update_contact.sync_detailed(
            contact.id, client=self.client, if_match=etag(contact), body=ContactPatch(job_title="x"))
        self.assertEqual(stale.status_code, 412)
        self.assertEqual(stale.parsed.code, "stale_version")

    def test_a_deal_moves_over_the_board_and_is_won(self):
        pipeline = self.success(list_pipelines.sync(client=self.client)).items[0]
        stages = self.success(list_stages.sync(
            client=self.client, filter_=f'pipeline_id = "{pipeline.id}"', sort="position")).items
        first, second = [stage for stage in stages if stage.kind == "open"][:2]
        deal = self.success(create_deal.sync(client=self.client, body=NewDeal(
            name="สัญญากาแฟ", pipeline_id=pipeline.id, stage_id=first.id, amount=125_000, currency="THB")))
        moved = self.success(move_deal.sync(
            deal.id, client=self.client, if_match=etag(deal), body=MoveDealBody(stage_id=second.id)))
        self.assertEqual(moved.stage_id, second.id)
        won = self.success(win_deal.sync(deal.id, client=self.client, if_match=etag(moved), body=WinDealBody()))
        self.assertEqual(won.status, "won")


if __name__ == "__main__":
    unittest.main()
