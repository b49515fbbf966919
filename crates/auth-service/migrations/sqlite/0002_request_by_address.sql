-- Each event moves the open requests it touches: without this it would read all of them.
CREATE INDEX help_request_address_id ON help_request (address_id);
