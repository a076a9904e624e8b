//! What was done, looked for.

use super::*;

#[test]
fn the_audit_is_searched_by_who_did_what_to_which_record_and_when() {
    let shop = Shop::open();
    let etag = shop.tea()["etag"].as_str().map(str::to_owned);
    shop.set_price(etag.as_deref(), 275);
    let found = |query: &str| {
        let looked = shop.look(query);
        assert_eq!(looked.status, 200, "{query}");
        looked.body["entries"].as_array().expect("entries").clone()
    };
    let edits = found("action=edit_product");
    assert_eq!(edits.len(), 1);
    let told = edits[0]["payload"]["records"].as_array().expect("records");
    let mut told = told.iter().filter(|each| each["collection"] == "products");
    let told = told.next().expect("the product");
    assert_eq!(told["before"], json!({ "price": 250 }));
    assert_eq!(told["after"], json!({ "price": 275 }));
    assert_eq!(
        found(&format!("user={}&kind=decision", shop.manager)),
        edits
    );
    assert_eq!(found(&format!("user={}", shop.cashier)).len(), 0);
    let at = edits[0]["at"].as_u64().expect("a time");
    assert_eq!(
        found(&format!("action=edit_product&from={at}&to={at}")),
        edits
    );
    assert_eq!(
        found(&format!("action=edit_product&to={}", at - 1)).len(),
        0
    );
    assert_eq!(found("entity=products").len(), 3);
    assert_eq!(found("entity=products&search=COFFEE").len(), 1);
    let number = edits[0]["number"].as_u64().expect("a number");
    let one = shop.get(&format!("/v1/audit/{number}?by={}", shop.manager));
    assert_eq!((one.status, &one.body), (200, &edits[0]));
    assert_eq!(
        shop.get(&format!("/v1/audit/999999?by={}", shop.manager))
            .status,
        404
    );
    let of_tea = format!(
        "/v1/audit/entity/products/{}?by={}&limit=1",
        shop.tea_id(),
        shop.manager
    );
    let of_tea = shop.get(&of_tea).body;
    assert_eq!(of_tea["entries"], json!(edits));
    assert_eq!(of_tea["next"], json!(number));
    let people = found("action=set_credentials");
    assert!(people.len() >= 2 && !json!(people).to_string().contains("argon2"));
    let status = shop.get(&format!("/v1/sync/status?user={}", shop.manager));
    assert_eq!(status.body["user"][0]["decided"], 1);
    assert_eq!(status.body["user_recent"][0]["mutation"], "edit_product");
}

#[test]
fn a_search_folds_capitals_of_every_script() {
    let shop = Shop::open();
    let path = format!("/v1/products?by={}", shop.manager);
    let doc = json!({
        "name": "ÄPFEL aus Ötztal", "code": "10007", "price": 85, "tax_rate": 500, "unit": "pc",
        "stocked": true,
    });
    assert_eq!(
        shop.ask("POST", &path, None, &json!({ "doc": doc })).status,
        201
    );
    for words in ["%C3%A4pfel", "%C3%84pfel", "AUS+%C3%96TZTAL"] {
        let found = shop.look(&format!("kind=decision&search={words}"));
        assert_eq!(
            found.body["entries"].as_array().map(Vec::len),
            Some(1),
            "{words}"
        );
    }
}
