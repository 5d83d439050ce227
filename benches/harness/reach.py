"""What a list costs who sees records by their rights: a member of 500 teams, and one to whom 500 people report.

First half of the people belong to these teams and reports, so that every second row of a list is another's and has to be
read in vain; then all of them do, which shows what the rights themselves cost. The ratio is that of CPU time to the owner's,
for the same requests.
"""
from . import measure, product

TEAMS = 500
OPERATIONS = ["page", "search_rare", "search_common"]
# Largest allowed ratio of CPU time to the owner's, for lists of the same rows.
RATIO = 1.3
# Whose lists, and the parts of these runs that a bound holds for.
BOUND = {"teams", "tree"}
TITLES = {"teams": "a member of 500 teams", "tree": "one whom 500 report to",
          "teams-half": "the former, who sees every second row", "tree-half": "the latter, who sees every second row"}


def _member(api, name, rights, **place):
    """Somebody with a role of these rights; the membership."""
    role = api.post("roles", {"name": f"Bench {name}", "rights": {"records": rights}})["id"]
    invited = api.post("invitations", {"email": f"{name}@bench.example", "role": role})
    joined = {"full_name": f"Bench {name}", "password": product.PASSWORD, "language": "en"}
    accepted = api.post(f"invitations/{invited['token']}/accept", joined)
    member = next(one for one in api.get("members")["items"] if one["user_id"] == accepted["user"]["id"])
    if place:
        api.send("PATCH", f"members/{member['id']}", place, {"If-Match": f'"{member["version"]}"'})
    return member["id"]


def _give(api, people, changes):
    """One share of the people gets these members."""
    order = {"object": "contact", "action": "edit", "parameters": {"changes": changes},
             "target": {"ids": [one["id"] for one in people]}}
    return api.post("bulk-operations", order)


def prepare(api, people, teams=TEAMS, reports=TEAMS):
    """Teams, reports, and what gives them a share of the people. `reports` people cost a password hash each."""
    made = [api.post("teams", {"name": f"Bench {number}"})["id"] for number in range(teams)]
    sees = {"see": "team", "add": "own"}
    _member(api, "wide", sees, team_id=made[0], more_team_ids=made[1:])
    boss = _member(api, "boss", {"see": "tree", "add": "own"})
    below = [_member_below(api, number, boss) for number in range(reports)]

    def share(some):
        size = -(-len(some) // max(teams, reports))
        jobs = []
        for number in range(max(teams, reports)):
            part = some[number * size : (number + 1) * size]
            if part:
                if number % 100 == 0:
                    api.sign_in()
                changes = {"team_id": made[number % teams], "owner_id": below[number % reports]}
                jobs.append(_give(api, part, changes))
        for job in jobs:
            # All of it takes longer than a token lives.
            api.sign_in()
            api.job(job, 1800)
    return share


def _member_below(api, number, boss):
    invited = api.post("invitations", {"email": f"below{number}@bench.example", "role": "member"})
    joined = {"full_name": f"Below {number}", "password": product.PASSWORD, "language": "en"}
    user = api.post(f"invitations/{invited['token']}/accept", joined)["user"]["id"]
    member = next(one for one in api.get("members")["items"] if one["user_id"] == user)
    api.send("PATCH", f"members/{member['id']}", {"manager_id": boss}, {"If-Match": f'"{member["version"]}"'})
    return user


def run(server, api, files, people, folder, options, say):
    """CPU time of each operation by scope, and its ratio to the owner's."""
    share = prepare(api, people, *([20, 20] if options.quick else [TEAMS, TEAMS]))
    middle = len(people) // 2
    found = {}
    for part, some in (("-half", people[:middle]), ("", people[middle:])):
        share(some)
        if server.cluster:
            server.cluster.sql("relasi", "VACUUM ANALYZE contacts, search_documents")
        found |= _measure(server, api, files, folder, options, say, part)
    return found


def _measure(server, api, files, folder, options, say, part):
    found = {}
    for operation in OPERATIONS:
        api.sign_in()
        runs = {"owner": []} | {scope: [] for scope in ("teams", "tree")}
        for _ in range(options.rounds):
            for scope, name in (("owner", None), ("teams", "wide"), ("tree", "boss")):
                headers = server.headers if name is None else folder / f"headers-{scope}"
                if name:
                    token = _sign_in(api, f"{name}@bench.example")
                    headers.write_text(f"Authorization: Bearer {token}\nContent-Type: application/json\n")
                runs[scope].append(measure.load(server.base, server.roots(), files[operation], headers, 1, options.seconds))
        middle = {scope: measure.middle(all_of) for scope, all_of in runs.items()}
        for scope in ("teams", "tree"):
            ratio = middle[scope]["cpu_ms"] / middle["owner"]["cpu_ms"]
            found[f"{operation} {scope}{part}"] = {"owner": middle["owner"], "member": middle[scope], "ratio": ratio}
            say(f"reach: {operation} {scope}{part}: {middle[scope]['cpu_ms']:.3f} ms, owner {middle['owner']['cpu_ms']:.3f} ms, "
                f"ratio {ratio:.2f}, bad {middle[scope]['bad']}")
    return found


def _sign_in(api, email):
    own, api.token = api.token, None
    try:
        return api.send("POST", "sessions", {"email": email, "password": product.PASSWORD})["access_token"]
    finally:
        api.token = own
